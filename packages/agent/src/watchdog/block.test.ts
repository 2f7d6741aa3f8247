import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addSample, pickSample, type Sample } from './block.ts';

function sample(atMs: number, holder?: string): Sample<string> {
  const seen = holder === undefined ? {} : { holder, stack: [{ function: holder, file: '/app.js', line: 1 }] };
  return { atMs, current: 0, native: false, ...seen };
}

describe('pickSample', () => {
  it('picks the one that stands for most of the block', () => {
    // 0    80       250      300
    // |-a--|----b---|--rest--|
    assert.equal(pickSample(0, 300, [sample(80, 'a'), sample(250, 'b')])?.holder, 'b');
    // |----------a--------|80|90
    assert.equal(pickSample(0, 90, [sample(80, 'a'), sample(85, 'b')])?.holder, 'a');
  });

  it('lets the last one stand for the rest', () => {
    assert.equal(pickSample(0, 1200, [sample(80, 'a'), sample(250, 'b'), sample(500, 'c')])?.holder, 'c');
  });

  it('prefers any stack to none', () => {
    assert.equal(pickSample(0, 500, [sample(80, 'a'), sample(250)])?.holder, 'a');
    assert.equal(pickSample(0, 500, [sample(250)])?.atMs, 250);
    assert.equal(pickSample(0, 500, []), undefined);
  });
});

describe('addSample', () => {
  it('keeps the first ones and the latest', () => {
    const samples: Sample<string>[] = [];
    for (let at = 0; at < 100; at++) addSample(samples, sample(at));
    assert.equal(samples.length, 16);
    assert.deepEqual([samples[0]?.atMs, samples[14]?.atMs, samples[15]?.atMs], [0, 14, 99]);
  });
});
