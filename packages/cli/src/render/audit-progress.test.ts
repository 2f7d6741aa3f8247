import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAuditProgress } from './audit-progress.ts';

/** Milliseconds; the line comes after one second. */
const LONG_RUN_MS = 1_100;

function open(isTTY: boolean, env: Readonly<Record<string, string>> = {}) {
  const written: string[] = [];
  const progress = openAuditProgress({ isTTY, write: (text) => written.push(text) }, env);
  return { progress, written };
}

test('a long run over 10,000 files says how far it is, and wipes the line at its end', async () => {
  const { progress, written } = open(true);
  progress.update(0, 10_000);
  assert.deepEqual(written, []);
  await sleep(LONG_RUN_MS);
  for (let done = 4_000; done < 4_100; done += 1) progress.update(done, 10_000);
  assert.deepEqual(written, ['\rholdup audit: 4000 of 10000 files, 40 %\x1b[K']);
  progress.close();
  assert.equal(written.at(-1), '\r\x1b[K');
});

test('nothing is said of a short run, in a pipe and on a dumb terminal', async () => {
  const short = open(true);
  const others = [open(false), open(true, { TERM: 'dumb' })];
  short.progress.close();
  await sleep(LONG_RUN_MS);
  for (const { progress } of others) {
    progress.update(5, 10);
    progress.close();
  }
  assert.deepEqual(
    [short, ...others].flatMap(({ written }) => written),
    [],
  );
});
