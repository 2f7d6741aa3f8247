import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestId } from '@holdup/model';
import { now } from '../clock.ts';
import { IdleClock } from './idle-clock.ts';
import { HEARTBEAT, LoopRing } from './loop-ring.ts';
import { RequestRecord } from './request-record.ts';

const BEAT = 20;

function spin(ms: number): void {
  const until = now() + ms;
  while (now() < until);
}

function holderOf(request: number) {
  return { requestId: `r${request}` as RequestId, route: request === 1 ? '/a' : '/b' };
}

/** Busy ms by route within the window. */
function busyBy(ring: LoopRing, from: number, to: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { start, end, holder } of ring.stretches(from, to, BEAT, holderOf)) {
    const route = holder?.route ?? 'unknown';
    sums[route] = (sums[route] ?? 0) + (end - start) / 1e6;
  }
  return sums;
}

describe('LoopRing', () => {
  it('gives a run without idle time to the owner of the mark before it', () => {
    // mark(/a) |######## 30 ms ########| mark(none)
    const ring = new LoopRing(new IdleClock());
    const from = now();
    ring.mark(from, new RequestRecord(1, 'http', '', '/a', from));
    spin(30);
    ring.mark(now(), undefined);
    const busy = busyBy(ring, from, now());
    assert.ok((busy['/a'] ?? 0) >= 29, JSON.stringify(busy));
  });

  it('does not count idle time', async () => {
    const ring = new LoopRing(new IdleClock());
    const from = now();
    ring.mark(from, undefined);
    await sleep(60);
    ring.mark(now(), undefined);
    const busy = busyBy(ring, from, now());
    assert.ok((busy.unknown ?? 0) < 30, JSON.stringify(busy));
  });

  it('puts a run nobody announced at the end of the stretch, next to the event it delayed', async () => {
    // mark(/a) ..... idle ..... |#### 80 ms of an unseen callback ####| mark(/b)
    const ring = new LoopRing(new IdleClock());
    const from = now();
    ring.mark(from, HEARTBEAT);
    ring.mark(now(), new RequestRecord(1, 'http', '', '/a', from));
    await sleep(10);
    spin(80);
    const end = now();
    ring.mark(end, new RequestRecord(2, 'http', '', '/b', from));
    ring.mark(now(), undefined);
    const last = ring.stretches(from, end, BEAT, holderOf).findLast(({ holder }) => holder === undefined);
    assert.ok(last !== undefined && Math.abs(last.end / 1e6 - end) < 1, 'it ends where the delayed event begins');
    assert.ok((last.end - last.start) / 1e6 > 55, 'most of the run is there');
  });

  it('gives work nobody announced to who began an op or finished at its end, if it is short', () => {
    // mark(none) |#### 15 ms ####| mark by /a   |#### 60 ms ####| mark by /b
    const ring = new LoopRing(new IdleClock());
    const from = now();
    ring.mark(from, undefined);
    spin(15);
    ring.mark(now(), undefined, new RequestRecord(1, 'http', '', '/a', from));
    spin(60);
    ring.mark(now(), undefined, new RequestRecord(2, 'http', '', '/b', from));
    const busy = busyBy(ring, from, now());
    assert.ok((busy['/a'] ?? 0) >= 14, JSON.stringify(busy));
    assert.ok((busy.unknown ?? 0) >= 59, JSON.stringify(busy));
    assert.equal(busy['/b'], undefined);
  });

  it('finds the longest run between two marks', () => {
    // mark 0   10        40  45        60
    //      |----|---------|---|---------|
    const ring = new LoopRing(new IdleClock());
    for (const time of [0, 10, 40, 45]) ring.mark(time, undefined);
    assert.deepEqual(ring.longestRun(2, 60), { start: 10, end: 40 });
    assert.deepEqual(ring.longestRun(2, 90), { start: 45, end: 90 });
  });

  it('forgets the oldest marks and says since when it knows', () => {
    const ring = new LoopRing(new IdleClock());
    assert.equal(ring.since, Number.NEGATIVE_INFINITY);
    for (let i = 0; i < 40_000; i++) ring.mark(i, undefined);
    assert.equal(ring.since, 40_000 - 32_768);
    assert.deepEqual(ring.stretches(0, 10, BEAT, holderOf), []);
  });
});
