import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { VerdictTail } from './verdict-tail.ts';

describe('VerdictTail', () => {
  let folder: string;
  let path: string;
  let lines: string[];
  const follow = (rotateAfterBytes?: number) => {
    const onTrouble = (error: unknown) => assert.fail(String(error));
    const options = { path, onLine: (line: string) => lines.push(line), onTrouble };
    const tail = new VerdictTail(rotateAfterBytes === undefined ? options : { ...options, rotateAfterBytes });
    tail.start();
    return tail;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdup-tail-'));
    path = join(folder, 'verdicts.ndjson');
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('waits for the file, joins what comes in pieces, even inside a character', async () => {
    const tail = follow();
    await pause(150);
    const bytes = Buffer.from('{"route":"GET /über"}\n');
    await appendFile(path, bytes.subarray(0, 16));
    await pause(250);
    assert.deepEqual(lines, []);
    await appendFile(path, bytes.subarray(16));
    await pause(250);
    assert.deepEqual(lines, ['{"route":"GET /über"}']);
    await tail.stop();
  });

  it('reads at the end what came since the last look, the line without an end too', async () => {
    const tail = follow();
    await appendFile(path, 'a\n\nb\nc');
    await tail.stop();
    assert.deepEqual(lines, ['a', 'b', 'c']);
  });

  it('stops without a file', async () => {
    await follow().stop();
    assert.deepEqual(lines, []);
  });

  it('takes the file away once enough was read, and loses no line that is appended meanwhile', async () => {
    const tail = follow(2_000);
    const written: string[] = [];
    for (let at = 0; at < 300; at++) {
      written.push(`line ${at} ${'x'.repeat(40)}`);
      await appendFile(path, `${written.at(-1)}\n`);
      if (at % 3 === 0) await pause(10);
    }
    await tail.stop();
    assert.deepEqual([...lines].sort(), [...written].sort());
    assert.equal(existsSync(`${path}.read`), false);
  });
});
