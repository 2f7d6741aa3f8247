import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Profile } from '../profile.ts';
import { readProfile } from '../read-profile.ts';

const FIXTURES = new URL('../../src/testing/fixtures/', import.meta.url);

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

/** Reads bytes or a text that must be a profile. */
export function mustRead(source: Uint8Array | string): Profile {
  const profile = readProfile(typeof source === 'string' ? Buffer.from(source) : source, gunzipSync);
  if (!profile) throw new Error('no format knows it');
  return profile;
}

/** Sum of each sample type's values. */
export function totals({ sampleTypes, samples }: Profile): bigint[] {
  return sampleTypes.map((_, type) => {
    let sum = 0n;
    for (let i = type; i < samples.values.length; i += sampleTypes.length) sum += samples.values[i] ?? 0n;
    return sum;
  });
}

/** Names of a sample's frames, outermost first. */
export function namesOf({ frames, stacks, samples }: Profile, sample: number): string[] {
  const names: string[] = [];
  for (let at = samples.stack[sample] ?? -1; at >= 0; at = stacks.parent[at] ?? -1) {
    names.unshift(frames[stacks.frame[at] ?? 0]?.name ?? '?');
  }
  return names;
}
