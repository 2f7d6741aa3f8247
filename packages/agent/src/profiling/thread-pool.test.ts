import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeepRows, JobRow } from '../deep/rows.ts';
import { shareOutWaits } from './contention.ts';
import { poolQueues } from './thread-pool.ts';
import { WindowData } from './window-data.ts';

function windowOf(jobs: readonly JobRow[], poolThreads: number): WindowData {
  const rows: DeepRows = {
    at: 0,
    toHrMs: 0,
    originMs: 0,
    cpuMs: 0,
    busyUntil: 0,
    stacks: [],
    firstStack: 0,
    waits: [],
    bulk: [],
    holds: [],
    requests: [],
    busy: [],
    blocks: [],
    jobs,
    poolThreads,
    lookupSlots: Math.ceil(poolThreads / 2),
    gc: [],
    ticks: [],
    dropped: 0,
  };
  const data = new WindowData(rows);
  data.add({ ...rows, at: 100, jobs: [] });
  return data;
}

function job(number: number, kind: JobRow['kind'], start: number, end: number): JobRow {
  return { number, call: kind === 'lookup' ? 'dns.lookup' : 'crypto.pbkdf2', kind, request: 0, start, end };
}

/** Waiters' milliseconds by the number of the job that held. */
function sharesOf(data: WindowData, resource: string): Record<string, number | undefined> {
  const queue = poolQueues(data).find((one) => one.resource === resource);
  assert.ok(queue, resource);
  const shares = shareOutWaits(queue.waits, queue.holds);
  return Object.fromEntries(queue.holds.map(({ job: held }, index) => [held.number, shares[index]]));
}

describe('holders of the thread pool', () => {
  //      0         10   15   20
  //   1  |##########|
  //   2     |-------|####|
  //   3       |----------|####|
  it('are the jobs that had a thread while others waited for one', () => {
    const jobs = [job(1, 'one', 0, 10), job(2, 'one', 3, 15), job(3, 'one', 5, 20)];
    // One waits from 3, another from 5 on; behind the second only the third.
    assert.deepEqual(sharesOf(windowOf(jobs, 1), 'thread pool'), { 1: 7 + 5, 2: 5, 3: 0 });
  });

  //      0         10   15
  //   1  |##########|         two threads, one of them for lookups
  //   2     |-------|####|
  it('are other lookups where these have all threads they may have', () => {
    const data = windowOf([job(1, 'lookup', 0, 10), job(2, 'lookup', 3, 15)], 2);
    assert.deepEqual(sharesOf(data, 'thread pool, half for lookups'), { 1: 7, 2: 0 });
    assert.deepEqual(sharesOf(data, 'thread pool'), { 1: 0, 2: 0 });
  });

  it('are nobody in a process without such work', () => {
    assert.deepEqual(poolQueues(windowOf([], 4)), []);
  });
});
