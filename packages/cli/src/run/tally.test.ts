import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { poolVerdict } from '../testing/verdicts.ts';
import { Tally } from './tally.ts';

const at = (second: number, route = poolVerdict.route) => ({
  ...poolVerdict,
  route,
  startedAt: new Date(Date.UTC(2026, 10, 22, 15, 0, second)).toISOString(),
});

describe('Tally', () => {
  it('follows an incident through its verdicts and sums what was late', () => {
    const tally = new Tally();
    const first = tally.add(at(0));
    assert.equal(tally.add({ ...at(30), wallMs: 2_000, budgetMs: null }), first);
    assert.equal(tally.add({ ...at(20), wallMs: 900 }), first);
    assert.equal(first.incident.count, 3);
    assert.equal(first.incident.worstMs, 2_000);
    assert.equal(Math.round(first.lateMs), 303);
    assert.deepEqual(tally.tracks(), [first]);
  });

  it('opens another one after a quiet time', () => {
    const tally = new Tally();
    const first = tally.add(at(0));
    assert.notEqual(tally.add(at(300)), first);
    assert.equal(tally.tracks().length, 2);
  });

  it('keeps count of what it can no longer keep', () => {
    const tally = new Tally();
    const first = tally.add(at(0, 'GET /first'));
    tally.add(at(1, 'GET /first'));
    for (let number = 0; number < 300; number++) tally.add(at(2, `GET /${number}`));
    assert.equal(tally.has(first), false);
    assert.equal(tally.dropped.incidents + tally.tracks().length, 301);
    const kept = tally.tracks().reduce((sum, { incident }) => sum + incident.count, 0);
    assert.equal(tally.dropped.requests + kept, 302);
  });
});
