import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseGoDuration } from './duration.ts';

describe('durations are read as Go reads them', () => {
  const valid = {
    '10s': 10_000,
    '1m30s': 90_000,
    '1.5h': 5_400_000,
    '250ms': 250,
    '.5s': 500,
    '1.s': 1_000,
    '0': 0,
    '+5s': 5_000,
    '-1.5s': -1_500,
    '1us': 0.001,
    '1µs': 0.001,
    '1h0m1s': 3_601_000,
  };
  for (const [text, ms] of Object.entries(valid))
    it(text, () => assert.ok(Math.abs((parseGoDuration(text) ?? Number.NaN) - ms) < 1e-9));
  for (const text of ['', '10', '1 s', 's', '1x', '1s2', '.s', '--1s', '1e3s', 'Infinity', '1d']) {
    it(`not "${text}"`, () => assert.equal(parseGoDuration(text), undefined));
  }
});
