import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { median, quantile, spread } from './statistics.ts';

describe('quantile', () => {
  it('takes the middle of an odd number of values and the mean of the two middles of an even one', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('interpolates between ranks', () => {
    assert.equal(quantile([0, 10, 20, 30], 0.25), 7.5);
    assert.equal(quantile([5], 0.9), 5);
  });

  it('refuses to make up a number from nothing', () => assert.throws(() => median([]), RangeError));
});

describe('spread', () => {
  it('orders whatever order the values come in', () => {
    assert.deepEqual(spread([5, 1, 4, 2, 3]), { median: 3, low: 1, high: 5, min: 1, max: 5 });
  });

  // Two-sided 95 % intervals of the median by order statistics, from the binomial table: ranks counted from 1.
  for (const [count, rank] of [
    [6, 1],
    [9, 2],
    [10, 2],
    [20, 6],
    [30, 10],
  ] as const) {
    it(`takes ranks ${rank} and ${count + 1 - rank} of ${count} values`, () => {
      const values = Array.from({ length: count }, (_, i) => i + 1);
      const { low, high } = spread(values);
      assert.deepEqual([low, high], [rank, count + 1 - rank]);
    });
  }
});
