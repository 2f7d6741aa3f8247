import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CpuRing } from './cpu-ring.ts';

describe('CpuRing', () => {
  it('gives the marks from the last one before a moment on', () => {
    const ring = new CpuRing();
    for (let i = 0; i < 3_000; i++) ring.mark(i * 40, i * 10, i < 2_999 ? undefined : 7);
    const marks = ring.marks(2_997 * 40 + 5);
    assert.equal(marks.length, 3);
    const [first, second] = marks;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual([second.at - first.at, second.used - first.used], [40e6, 10e6]);
    assert.deepEqual(
      marks.map(({ queued }) => queued),
      [undefined, undefined, 7e6],
    );
    assert.equal(ring.marks(Number.NEGATIVE_INFINITY).length, 1_024);
  });
});
