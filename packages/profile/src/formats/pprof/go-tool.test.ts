import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { diffProfiles } from '../../operations/diff.ts';
import { fixture, mustRead } from '../../testing/fixtures.ts';
import { encodePprof } from './encode.ts';

/** Go builds the tool when it is first asked for, and says here where it is. */
const tool = spawnSync('go', ['tool', '-n', 'pprof'], { encoding: 'utf8' }).stdout?.trim() ?? '';
const skip = tool === '' ? 'Go is not installed' : false;

describe('go tool pprof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-pprof-'));
  after(() => rmSync(folder, { recursive: true }));

  const write = (name: string, bytes: Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  const show = (...args: readonly string[]): string => {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const raw = (name: string, bytes: Uint8Array): string => show('-raw', write(name, bytes));

  for (const name of ['go/cpu.pb.gz', 'go/heap.pb.gz', 'go/threadcreate.pb.gz', 'speedscope/simple.prof']) {
    it(`shows the same of ${name}, letter by letter, once read and written again`, { skip }, () => {
      const original = fixture(name);
      const written = gzipSync(encodePprof(mustRead(original)));
      assert.equal(raw('written.pb.gz', written), raw('original.pb.gz', original));
    });
  }

  it('sums up, compares and finds labels in what was written as in the original', { skip }, () => {
    const original = write('cpu.pb.gz', fixture('go/cpu.pb.gz'));
    const written = write('cpu-written.pb.gz', gzipSync(encodePprof(mustRead(fixture('go/cpu.pb.gz')))));
    for (const args of [
      ['-top'],
      ['-peek=.'],
      ['-traces'],
      ['-tags'],
      ['-tagfocus=route=GET', '-top'],
      ['-lines', '-tree'],
    ]) {
      assert.equal(show(...args, written), show(...args, original), args.join(' '));
    }
    assert.match(show('-top', `-diff_base=${original}`, written), /Showing nodes accounting for 0, 0% of /);
  });

  it('reads Go texts to the same sums, and takes a difference of ours', { skip }, () => {
    const sums = (file: string): string => show('-top', '-nodefraction=0', '-unit=ns', file).replace(/^File.*\n/, '');
    for (const name of ['block', 'mutex']) {
      const binary = write(`${name}.pb.gz`, fixture(`go/${name}.pb.gz`));
      const text = write(`${name}.1.pb.gz`, gzipSync(encodePprof(mustRead(fixture(`go/${name}.1.txt`)))));
      assert.equal(rowsOf(sums(text)), rowsOf(sums(binary)));
    }
    const heap = mustRead(fixture('go/heap.pb.gz'));
    const none = write('none.pb.gz', gzipSync(encodePprof(diffProfiles(heap, heap))));
    assert.match(show('-top', '-sample_index=alloc_space', none), /Showing nodes accounting for 0, 0% of /);
  });
});

/** The lines of functions, in a fixed order; texts do not tell what was inlined. */
function rowsOf(top: string): string {
  return top
    .split('\n')
    .filter((line) => line.includes('%'))
    .map((line) => line.replace(/ \((?:partial-)?inline\)$/, ''))
    .toSorted()
    .join('\n');
}
