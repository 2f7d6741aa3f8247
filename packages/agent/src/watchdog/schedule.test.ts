import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SampleSchedule } from './schedule.ts';
import { BLOCKED_AFTER_MS } from './timing.ts';

/** The moments, in milliseconds since the last beat, at which one long block is sampled; looked at every 10 ms. */
function sampleTimes(untilMs: number, costMs: number): number[] {
  const schedule = new SampleSchedule(0);
  schedule.startBlock();
  const times: number[] = [];
  for (let now = 0; now <= untilMs; now += 10) {
    if (!schedule.isDue(now, now)) continue;
    schedule.take(now);
    schedule.spend(costMs);
    times.push(now);
  }
  return times;
}

describe('SampleSchedule', () => {
  it('samples early, then less often, and for ever', () => {
    assert.deepEqual(sampleTimes(3000, 1), [BLOCKED_AFTER_MS, 250, 500, 1250, 2000, 2750]);
  });

  it('takes at most a twentieth of the time', () => {
    // 100 ms of budget at the start, then 50 ms a second: a sample of 200 ms every 4 s.
    const costMs = 200;
    const times = sampleTimes(60_000, costMs);
    assert.ok(times.length * costMs <= 60_000 * 0.05 + 100 + costMs, `${times.length} samples`);
    assert.ok(times.length >= 15, `${times.length} samples`);
  });

  it('skips what passed while a native call held up the sample', () => {
    const schedule = new SampleSchedule(0);
    schedule.startBlock();
    schedule.take(BLOCKED_AFTER_MS);
    schedule.take(1300);
    assert.equal(schedule.isDue(1990, 1990), false);
    assert.equal(schedule.isDue(2000, 2000), true);
  });

  it('starts anew with each block', () => {
    const schedule = new SampleSchedule(0);
    schedule.startBlock();
    schedule.take(BLOCKED_AFTER_MS);
    assert.equal(schedule.isDue(BLOCKED_AFTER_MS + 10, BLOCKED_AFTER_MS + 10), false);
    schedule.startBlock();
    assert.equal(schedule.isDue(BLOCKED_AFTER_MS, 300), true);
  });
});
