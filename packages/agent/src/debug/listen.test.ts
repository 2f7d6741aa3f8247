import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { MainThread } from '../watchdog/main-thread.ts';
import { Shared } from '../watchdog/shared.ts';

it('debug endpoints whose files were replaced under the process say so', async (test) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-replaced-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  // Alone: what it loads when somebody comes is not there.
  copyFileSync(new URL('./listen.js', import.meta.url), join(folder, 'listen.js'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const { DebugPort }: typeof import('./listen.ts') = await import(pathToFileURL(join(folder, 'listen.js')).href);
  const shared = new Shared();
  const address = { host: '127.0.0.1', port: 0, isOwn: true };
  const port = await new Promise<number | undefined>((resolve) => {
    const debug = new DebugPort(address, shared, new MainThread(shared, 'none'), (news) => resolve(news.port));
    test.after(() => debug.close());
    debug.open();
  });
  const answer = await fetch(`http://127.0.0.1:${port}/debug/pprof/`);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /^the debug endpoints could not be loaded: the agent's files were replaced/);
});
