import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cpuClock, processorQueueClock, threadCpuClock } from './cpu-clock.ts';

const WORK_MS = 60;

/** Busy for so much CPU time of this process. */
function work(): void {
  const clock = cpuClock();
  const start = clock();
  while (clock() - start < WORK_MS);
}

/** Blocks without using a processor. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('threadCpuClock', () => {
  it('counts work and no sleep', () => {
    const clock = threadCpuClock();
    const start = clock();
    work();
    const worked = clock() - start;
    sleep(200);
    const slept = clock() - start - worked;
    // Other threads of the process (compiler, collector) are in the one and not in the other.
    assert.ok(worked > 0.5 * WORK_MS - 10 && worked < 3 * WORK_MS, `${worked} ms of work`);
    assert.ok(slept < 50, `${slept} ms asleep`);
  });
});

describe('processorQueueClock', () => {
  it('never goes back, and does not count sleep', (test) => {
    const clock = processorQueueClock();
    const start = clock();
    if (start === undefined) {
      test.skip('this system does not tell how long a thread waited for a processor');
      return;
    }
    const began = performance.now();
    sleep(200);
    const queued = (clock() ?? 0) - start;
    assert.ok(queued >= 0 && queued < performance.now() - began - 150, `${queued} ms in the queue`);
  });
});
