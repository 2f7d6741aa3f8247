import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeGrowth } from './growth.ts';

describe('describeGrowth', () => {
  it('gives a leak of 40 bytes per request as 40 bytes per request', () => {
    const points = [0, 100_000, 200_000].map((requests) => ({
      requests,
      heapMb: 10 + (requests * 40) / 1e6,
      externalMb: 2,
      rssMb: 100 + (requests * 40) / 1e6,
    }));
    assert.deepEqual(describeGrowth(points), {
      requests: 200_000,
      heapGrowthMb: 8,
      externalGrowthMb: 0,
      rssGrowthMb: 8,
      busyRssMb: 108,
      heapBytesPerRequest: 40,
    });
  });

  it('is not fooled by a last point that lies high', () => {
    const heap = [10, 10.2, 9.8, 10, 10.1, 9.9, 10, 10.2, 9.8, 10.2];
    const points = heap.map((heapMb, i) => ({ requests: i * 20_000, heapMb, externalMb: 2, rssMb: 100 }));
    const { heapGrowthMb, heapBytesPerRequest } = describeGrowth(points);
    assert.equal(heapGrowthMb, 0.2);
    assert.ok(Math.abs(heapBytesPerRequest) < 1, String(heapBytesPerRequest));
  });
});
