import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { agentEnvironment } from './environment.ts';

describe('agentEnvironment', () => {
  it('loads a module from a folder whose name holds spaces, quotes and percent signs', () => {
    const folder = mkdtempSync(join(tmpdir(), `holdup it's "100 %" ü `));
    const register = join(folder, 'register.mjs');
    writeFileSync(register, "console.log('registered');");
    const settings = { registerUrl: pathToFileURL(register).href, sinkPath: join(folder, 'sink'), routeBudgets: [] };
    const env = agentEnvironment({ ...process.env, NODE_OPTIONS: ' --title="a b" ' }, settings);
    const out = execFileSync(process.execPath, ['-e', 'console.log(process.title)'], { env, encoding: 'utf8' });
    assert.equal(out, 'registered\na b\n');
    rmSync(folder, { recursive: true });
  });

  it('leaves budgets to the environment when none is given', () => {
    const settings = { registerUrl: 'file:///r.js', sinkPath: '/tmp/s', routeBudgets: [] };
    const env = agentEnvironment({ HOLDUP_BUDGET: '2s' }, settings);
    assert.deepEqual(env, {
      NODE_OPTIONS: '--import=file:///r.js',
      HOLDUP_BUDGET: '2s',
      HOLDUP_SINK: 'file:/tmp/s',
    });
  });
});
