import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeepRows } from '../deep/rows.ts';
import { cpuSamples } from './cpu-profile.ts';
import type { V8CpuProfile } from './v8-types.ts';
import { WindowData } from './window-data.ts';

const INTERVAL_US = 10_000;

/** A window in which the thread used so much CPU time. */
function windowOf(cpuMs: number): WindowData {
  const rows: DeepRows = {
    at: 0,
    toHrMs: 0,
    originMs: 0,
    cpuMs: 0,
    busyUntil: 0,
    firstStack: 0,
    stacks: [],
    requests: [],
    waits: [],
    bulk: [],
    holds: [],
    busy: [],
    blocks: [],
    jobs: [],
    poolThreads: 4,
    lookupSlots: 2,
    gc: [],
    ticks: [],
    dropped: 0,
  };
  const data = new WindowData(rows);
  data.add({ ...rows, at: 1_000, cpuMs });
  return data;
}

const callFrame = (functionName: string) => ({
  functionName,
  scriptId: '0',
  url: '',
  lineNumber: 0,
  columnNumber: 0,
});

/** Looks at `a` and `b` so many milliseconds after each other. */
function looks(...deltasMs: readonly number[]): V8CpuProfile {
  const us = deltasMs.map((ms) => ms * 1_000);
  return {
    nodes: [
      { id: 1, callFrame: callFrame('(root)'), children: [2, 3] },
      { id: 2, callFrame: callFrame('a') },
      { id: 3, callFrame: callFrame('b') },
    ],
    startTime: 0,
    endTime: us.reduce((sum, delta) => sum + delta, 0),
    samples: deltasMs.map((_, index) => (index % 2 === 0 ? 2 : 3)),
    timeDeltas: [0, ...us.slice(0, -1)],
  };
}

const times = (v8: V8CpuProfile, cpuMs: number) =>
  cpuSamples(v8, windowOf(cpuMs), INTERVAL_US).map(({ ms }) => Math.round(ms * 1_000) / 1_000);

describe('time of CPU samples', () => {
  it('is that until the next look', () => {
    assert.deepEqual(times(looks(10, 10, 12, 8), 40), [10, 10, 12, 8]);
  });

  it('is no longer than two intervals for one: what came later is shared by all', () => {
    //  a      b      a (the machine gave it no turn for 200 ms)   b
    //  |--10--|--10--|------------------200--------------------|--10--|  CPU time 40 ms
    assert.deepEqual(times(looks(10, 10, 200, 10), 40), [8, 8, 16, 8]);
    assert.deepEqual(times(looks(10, 10, 200, 10), 230), [46, 46, 92, 46]);
  });

  it('is never more than was seen, nor than the thread used', () => {
    assert.deepEqual(times(looks(10, 10), 500), [10, 10]);
    assert.deepEqual(times(looks(10, 10), 5), [2.5, 2.5]);
  });
});
