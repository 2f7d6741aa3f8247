import type { Label, Profile } from '../profile.ts';
import { mergeProfiles } from './merge.ts';

/** How pprof knows the samples of the base, and takes its percentages from them. */
const BASE: Label = { key: 'pprof::base', value: 'true' };

/**
 * What changed from `base`, as `go tool pprof -diff_base` has it: the samples of the base are negative and labelled
 * `pprof::base`.
 * @throws ProfileError when the two do not measure the same.
 */
export function diffProfiles(profile: Profile, base: Profile): Profile {
  const { stack, values, labels } = base.samples;
  const negative: Profile = {
    ...base,
    // Without times, so that the sum has none: a difference is one of sums.
    samples: { stack, labels, values: values.map((value) => -value) },
    labelSets: base.labelSets.map((set) => [...set, BASE]),
  };
  return { ...mergeProfiles([profile, negative]), duration: profile.duration };
}

/**
 * Both side by side: each sample type a second time, from the base, as `base <type>`. To lay a flame graph out by one and colour it
 * by the other.
 * @throws ProfileError when the two do not measure the same.
 */
export function compareProfiles(profile: Profile, base: Profile): Profile {
  const types = profile.sampleTypes.length;
  // Merging puts the base's types in order, so that they can be moved as a block.
  const ordered = mergeProfiles([{ ...profile, samples: NO_SAMPLES, duration: 0n }, base]);
  const sampleTypes = [
    ...profile.sampleTypes,
    ...profile.sampleTypes.map(({ type, unit }) => ({ type: `base ${type}`, unit })),
  ];
  const widen = (narrow: Profile, offset: number): Profile => {
    const values = new BigInt64Array(narrow.samples.values.length * 2);
    for (let i = 0; i < narrow.samples.stack.length; i++) {
      values.set(narrow.samples.values.subarray(i * types, (i + 1) * types), i * types * 2 + offset);
    }
    const { stack, labels } = narrow.samples;
    return { ...narrow, sampleTypes, samples: { stack, labels, values } };
  };
  const { defaultImplied: _, ...both } = mergeProfiles([widen(profile, 0), widen(ordered, types)]);
  return { ...both, duration: profile.duration };
}

const NO_SAMPLES = { stack: new Int32Array(0), values: new BigInt64Array(0), labels: new Int32Array(0) };
