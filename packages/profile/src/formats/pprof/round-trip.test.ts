import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Profile } from '../../profile.ts';
import { mustRead } from '../../testing/fixtures.ts';
import { anyProfile } from '../../testing/random-profile.ts';
import { encodePprof } from './encode.ts';

/** Samples by content: numbers of frames, stacks and label sets may differ. */
function spell(profile: Profile) {
  const { frames, stacks, samples, labelSets, sampleTypes } = profile;
  const pathOf = (stack: number): unknown[] => {
    if (stack < 0) return [];
    return [...pathOf(stacks.parent[stack] ?? -1), frames[stacks.frame[stack] ?? 0]];
  };
  const { frames: _f, stacks: _s, samples: _p, labelSets: _l, ...header } = profile;
  const width = sampleTypes.length;
  return {
    header,
    samples: Array.from(samples.stack, (stack, i) => ({
      path: pathOf(stack),
      values: [...samples.values.subarray(i * width, (i + 1) * width)],
      // What fast-check makes has no prototype.
      labels: labelSets[samples.labels[i] ?? 0]?.map((label) => ({ ...label })),
      at: samples.at?.[i],
    })),
  };
}

describe('pprof', () => {
  it('reads of any profile what was written of it', () => {
    fc.assert(
      fc.property(anyProfile, fc.boolean(), (profile, compressed) => {
        const bytes = encodePprof(profile);
        assert.deepEqual(spell(mustRead(compressed ? gzipSync(bytes) : bytes)), spell(profile));
      }),
    );
  });

  it('writes the same bytes of what it read', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const once = encodePprof(profile);
        assert.deepEqual(encodePprof(mustRead(once)), once);
      }),
    );
  });
});
