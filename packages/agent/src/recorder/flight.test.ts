import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cut } from './cut.ts';
import { Flight } from './flight.ts';

/** Many requests of `ms` each, one after the other. */
function pass(flight: Flight, count: number, ms: number, target = '/a'): number {
  let time = 0;
  for (let i = 0; i < count; i++) {
    const request = flight.begin('http', 'GET', target, time);
    request.status = 200;
    time += ms;
    flight.finish(request, time);
  }
  return time;
}

describe('Flight', () => {
  it('keeps a bounded number of finished requests, the latest', () => {
    const flight = new Flight();
    pass(flight, 10_000, 20);
    assert.equal(flight.finished.size, 2_000);
    assert.equal(flight.finished.peek()?.number, 8_001);
    assert.ok(flight.evictedUntil > 0);
  });

  it('forgets what was over before anybody who may still be late', () => {
    const flight = new Flight();
    const waiting = flight.begin('http', 'GET', '/waiting', 0);
    pass(flight, 10, 20);
    flight.forgetBefore(waiting.start);
    assert.equal(flight.finished.size, 10);
    flight.forgetBefore(101);
    assert.equal(flight.finished.size, 5);
    flight.forgetBefore(Number.POSITIVE_INFINITY);
    assert.equal(flight.finished.size, 0);
    assert.equal(flight.evictedUntil, Number.NEGATIVE_INFINITY, 'nothing is missing');
  });

  it('keeps one whose caller left: it may go on and hold up others', () => {
    const flight = new Flight();
    const left = flight.begin('http', 'GET', '/left', 0);
    left.cancelledAt = 5;
    flight.finish(left, 5);
    flight.forgetBefore(1_000);
    assert.equal(flight.finished.size, 0);
    assert.deepEqual([...flight.leftBehind], [left]);
  });

  it('keeps only the route of those that passed in no time', () => {
    const flight = new Flight();
    const end = pass(flight, 50, 1, '/orders/17?token=secret');
    assert.equal(flight.finished.size, 0);
    const { busy, ...rest } = new Cut(flight, end, 0).recording().loop;
    assert.deepEqual(rest.blocks, []);
    assert.ok(busy.some(({ holder }) => holder?.route === 'GET /orders/:id'));
    assert.ok(!JSON.stringify(busy).includes('secret'));
  });

  it('keeps a quick request that failed, was cancelled or missed its deadline', () => {
    const flight = new Flight();
    for (const fate of ['failed', 'cancelled', 'late'] as const) {
      const request = flight.begin('http', 'GET', '/a', 0);
      if (fate === 'failed') request.status = 503;
      if (fate === 'cancelled') request.cancelledAt = 1;
      if (fate === 'late') request.deadlineAt = 0.5;
      flight.finish(request, 1);
    }
    assert.equal(flight.finished.size, 3);
  });
});
