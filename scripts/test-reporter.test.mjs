import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { COUNTS_MARK } from './test-reporter.mjs';

const files = {
  'a.test.mjs': `
    import { before, describe, it, test } from 'node:test';
    console.log('said by a');
    test('passes', () => {});
    test('fails', () => { throw new Error('on purpose'); });
    test('skipped', { skip: 'no database' }, () => {});
    test('parent', async (t) => { await t.test('child', () => {}); });
    describe('suite', () => { it('passes', () => {}); it('fails', () => { throw new Error('in a suite'); }); });
    describe('hook', () => { before(() => { throw new Error('in a hook'); }); it('is cancelled', () => {}); });`,
  'b.test.mjs': "throw new Error('at import');",
  'c.test.mjs': "import { test } from 'node:test'; test('passes', () => {}); setTimeout(() => process.exit(3), 50);",
};

describe('test-reporter', () => {
  it('counts tests, not suites, and shows what a failed file printed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdup-reporter-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const reporter = new URL('./test-reporter.mjs', import.meta.url).href;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const run = spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, ...Object.keys(files)], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
    rmSync(folder, { recursive: true });
    assert.equal(run.status, 1);
    const lines = run.stdout.trimEnd().split('\n');
    // a: passes, parent, child and the suite's first pass; two fail, the hook's suite and its test too. b and c fail as files.
    const counts = JSON.parse(lines.at(-1)?.slice(COUNTS_MARK.length) ?? '');
    assert.deepEqual(counts, { passed: 5, failed: 6, skipped: 1 });
    assert.match(run.stdout, /✗ a\.test\.mjs: 4 passed, 4 FAILED, 1 skipped/);
    assert.match(run.stdout, /skipped skipped: no database\n/);
    for (const text of ['on purpose', 'in a suite', 'in a hook', 'said by a', 'at import']) {
      assert.ok(run.stdout.includes(text), text);
    }
    assert.match(run.stdout, /✗ c\.test\.mjs: 1 passed, 1 FAILED/);
  });
});
