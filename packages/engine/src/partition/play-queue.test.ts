import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { playQueue } from './play-queue.ts';

type Row = readonly [name: string, start: number, end: number, isLookup?: boolean];

function runsOf(rows: readonly Row[], threads: number, slots: number): Record<string, number> {
  const items = rows.map(([name, start, end, isLookup = false]) => ({ name, start, end, isLookup }));
  return Object.fromEntries(playQueue(items, threads, slots).all.map(({ item, runs }) => [item.name, runs]));
}

describe('playQueue', () => {
  it('lets a second lookup run only after the jobs that came before the first one ran', () => {
    // Seen on Node 20 with UV_THREADPOOL_SIZE=2: two jobs, three lookups, four jobs.
    // thread 1  |j1 ....... |L1|j3 ........|j6 .......|
    // thread 2  |j2 ..........|j4 .....|j5 .......|L2|L3|
    const runs = runsOf(
      [
        ['j1', 0, 72],
        ['j2', 1, 90],
        ['L1', 2, 74, true],
        ['L2', 3, 236, true],
        ['L3', 4, 237, true],
        ['j3', 5, 163],
        ['j4', 6, 157],
        ['j5', 7, 235],
        ['j6', 8, 239],
      ],
      2,
      1,
    );
    assert.deepEqual(runs, { j1: 0, j2: 1, L1: 72, L2: 235, L3: 236, j3: 74, j4: 90, j5: 157, j6: 163 });
  });

  it('keeps lookups to their slots while jobs pass', () => {
    const runs = runsOf(
      [
        ['L1', 0, 50, true],
        ['L2', 1, 60, true],
        ['j1', 2, 10],
      ],
      2,
      1,
    );
    assert.deepEqual(runs, { L1: 0, L2: 50, j1: 2 });
  });

  it('counts what ended in the queue, and goes on', () => {
    const played = playQueue(
      [
        { start: 0, end: 50, isLookup: false },
        { start: 1, end: 9, isLookup: false },
        { start: 2, end: 60, isLookup: false },
      ],
      1,
      1,
    );
    assert.equal(played.contradictions, 1);
    assert.deepEqual(
      played.all.map(({ runs }) => runs),
      [0, 9, 50],
    );
  });
});
