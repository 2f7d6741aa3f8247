import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { apportion } from './apportion.ts';

describe('apportion', () => {
  it('gives the largest remainders what rounding left, the earlier first', () => {
    assert.deepEqual(apportion(10, [1, 1, 1]), [4, 3, 3]);
    assert.deepEqual(apportion(10, [1, 2, 3]), [2, 3, 5]);
    assert.deepEqual(apportion(1, [5, 6]), [0, 1]);
    assert.deepEqual(apportion(7, [0, 0]), [0, 0]);
  });

  it('sums exactly and is never off by one or more, for times of years', () => {
    const times = fc.integer({ min: 0, max: 2 ** 50 });
    fc.assert(
      fc.property(times, fc.array(times, { minLength: 1, maxLength: 50 }), (total, weights) => {
        const all = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
        fc.pre(all > 0n);
        const parts = apportion(total, weights);
        assert.equal(
          parts.reduce((sum, part) => sum + BigInt(part), 0n),
          BigInt(total),
        );
        for (const [i, part] of parts.entries()) {
          const error = BigInt(part) * all - BigInt(total) * BigInt(weights[i] ?? 0);
          assert.ok(error < all && error > -all);
        }
      }),
    );
  });
});
