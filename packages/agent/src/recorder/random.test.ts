import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from './random.ts';

describe('Random', () => {
  it('spreads over the whole range, and differs from time to time', () => {
    const [one, other] = [new Random(), new Random()];
    const values = Array.from({ length: 4_000 }, () => one.next());
    const counts = Array.from({ length: 4 }, (_, quarter) =>
      values.filter((value) => Math.floor(value * 4) === quarter),
    );
    for (const { length } of counts) assert.ok(length > 850 && length < 1_150, String(length));
    assert.ok(values.every((value) => value >= 0 && value < 1));
    assert.equal(new Set([...values, ...Array.from({ length: 4_000 }, () => other.next())]).size, 8_000);
  });
});
