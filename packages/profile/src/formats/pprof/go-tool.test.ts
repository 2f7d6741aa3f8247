import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fixture, mustRead } from '../../testing/fixtures.ts';
import { encodePprof } from './encode.ts';

/** Go builds the tool when it is first asked for. */
const hasGo = spawnSync('go', ['version']).status === 0;
const skip = hasGo ? false : 'Go is not installed';

describe('go tool pprof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-pprof-'));
  after(() => rmSync(folder, { recursive: true }));

  const raw = (name: string, bytes: Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return execFileSync('go', ['tool', 'pprof', '-raw', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };

  for (const name of ['go/cpu.pb.gz', 'go/heap.pb.gz', 'go/threadcreate.pb.gz', 'speedscope/simple.prof']) {
    it(`shows the same of ${name}, letter by letter, once read and written again`, { skip }, () => {
      const original = fixture(name);
      const written = gzipSync(encodePprof(mustRead(original)));
      assert.equal(raw('written.pb.gz', written), raw('original.pb.gz', original));
    });
  }
});
