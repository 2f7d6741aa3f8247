import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { exclusiveTimes, type JaegerTrace } from '../testing/jaeger-spans.ts';

const CASES = new URL('../../src/testing/fixtures/crisp/', import.meta.url);

type Times = Readonly<Record<string, number>>;

/** The parts of a CRISP case this test reads; shape fixed by the files beside their README. */
interface CrispCase {
  readonly data: readonly [JaegerTrace];
  readonly testing: readonly [Times] | { readonly opTimeExclusive: Times };
}

/**
 * Where our answer differs. 19 and 21 are the same spans, siblings that overlap by 5:
 *
 *     S1 O1 |------------------------------|  0..600
 *     S2 O2  |---------|                      10..210
 *     S3 O3           |----|                  205..305
 *     S4 O4               |----------------|  300..600
 *
 * CRISP takes the same path but counts each overlap twice, and takes the 10 it has too many from S1's own time before
 * S2 began. Our ledger has every instant once: an overlap belongs to the later sibling.
 */
const OURS: Readonly<Record<string, Times>> = {
  '19.json': { '[S1] O1': 10, '[S2] O2': 195, '[S3] O3': 95, '[S4] O4': 300 },
  '21.json': { '[S1] O1': 10, '[S2] O2': 195, '[S3] O3': 95, '[S4] O4': 300 },
};

describe('walkPath on the CRISP cases', () => {
  for (const file of readdirSync(CASES).filter((name) => name.endsWith('.json'))) {
    it(file, () => {
      const { data, testing } = JSON.parse(readFileSync(new URL(file, CASES), 'utf8')) as CrispCase;
      const theirs = 'opTimeExclusive' in testing ? testing.opTimeExclusive : testing[0];
      const times = exclusiveTimes(data[0]);
      const [{ spans }] = data;
      const root = spans.find((span) => span.references.length === 0);
      assert.deepEqual(withoutZeros(times), withoutZeros(OURS[file] ?? theirs));
      assert.equal(
        Object.values(times).reduce((sum, time) => sum + time, 0),
        root?.duration,
      );
    });
  }
});

function withoutZeros(times: Times): Times {
  return Object.fromEntries(Object.entries(times).filter(([, time]) => time !== 0));
}
