import { Int32Column, lengthen } from '../build/columns.ts';
import { keyOfLabels } from '../build/label-sets.ts';
import { PairTable } from '../build/pair-table.ts';
import { ProfileBuilder } from '../build/profile-builder.ts';
import { ProfileError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Label, Mapping, Profile, SampleType } from '../profile.ts';

/**
 * The sum of profiles that measure the same: samples with equal stacks and labels become one; where all profiles have times, equal
 * times too, so that none is lost. Sums wrap at 64 bits, as Go's do.
 * @param profiles At least one; the first says the order of the sample types.
 * @throws ProfileError when their sample types differ.
 */
export function mergeProfiles(profiles: readonly [Profile, ...Profile[]]): Profile {
  const [first] = profiles;
  const { defaultImplied, periodType, dropFrames, keepFrames, docUrl, defaultType, sampleTypes } = first;
  const mappings = new MappingTable();
  const times = profiles.map(({ time }) => time).filter((time) => time !== 0n);
  const time = times.toSorted(compareBigInts)[0] ?? 0n;
  const builder = new ProfileBuilder({
    sampleTypes,
    defaultType,
    time,
    duration: profiles.reduce((sum, { duration }) => sum + duration, 0n),
    period:
      profiles
        .map(({ period }) => period)
        .toSorted(compareBigInts)
        .at(-1) ?? 0n,
    comments: [...new Set(profiles.flatMap(({ comments }) => comments))],
    mappings: mappings.list,
    ...(defaultImplied && { defaultImplied }),
    ...(periodType && { periodType }),
    ...(dropFrames !== undefined && { dropFrames }),
    ...(keepFrames !== undefined && { keepFrames }),
    ...(docUrl !== undefined && { docUrl }),
  });
  const sums = new SampleSums(builder, sampleTypes.length, canKeepTimes(profiles) ? time : undefined);
  for (const profile of profiles) sums.add(profile, matchTypes(profile, sampleTypes), mappings);
  sums.write();
  return builder.build();
}

/** Times count from the profile's: of several, each must be known, and near enough for a number to tell nanoseconds. */
function canKeepTimes(profiles: readonly Profile[]): boolean {
  const filled = profiles.filter(({ samples }) => samples.stack.length > 0);
  if (filled.some(({ samples }) => !samples.at)) return false;
  const times = filled.map(({ time }) => time).toSorted(compareBigInts);
  const apart = (times.at(-1) ?? 0n) - (times[0] ?? 0n);
  return profiles.length === 1 || (!times.includes(0n) && apart <= BigInt(Number.MAX_SAFE_INTEGER));
}

function compareBigInts(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where each wanted type is in a profile. */
function matchTypes(profile: Profile, wanted: readonly SampleType[]): readonly number[] {
  const show = (types: readonly SampleType[]): string => types.map(({ type, unit }) => `${type}/${unit}`).join(', ');
  const found = wanted.map(({ type, unit }) => {
    return profile.sampleTypes.findIndex((other) => other.type === type && other.unit === unit);
  });
  if (found.includes(-1) || profile.sampleTypes.length !== wanted.length) {
    const message = `profiles that do not measure the same: ${show(wanted)} and ${show(profile.sampleTypes)}; take two of one kind`;
    throw new ProfileError('HOLDUP_PROFILE_MISMATCH', message);
  }
  return found;
}

/** Mappings of several files; equal ones are one object. */
class MappingTable {
  readonly list: Mapping[] = [];
  readonly #byKey = new Map<string, Mapping>();

  intern(mapping: Mapping): Mapping {
    const key = [mapping.start, mapping.limit, mapping.offset, mapping.file, mapping.buildId].join('\0');
    const known = this.#byKey.get(key);
    if (known) return known;
    this.#byKey.set(key, mapping);
    this.list.push(mapping);
    return mapping;
  }
}

class SampleSums {
  readonly #builder: ProfileBuilder;
  readonly #types: number;
  /** Pairs of a stack and a label set by number; where times are kept, of such a pair and a time. */
  readonly #pairs = new PairTable();
  readonly #moments = new PairTable();
  readonly #timeIds = new Map<number, number>();
  readonly #from: bigint | undefined;
  /** The columns of the sums. */
  readonly #stack = new Int32Column('samples', LIMITS.samples);
  readonly #labels = new Int32Column('samples', LIMITS.samples);
  readonly #labelKeys = new Map<string, number>();
  readonly #labelSets: (readonly Label[])[] = [];
  readonly #at: number[] = [];
  #pairCount = 0;
  #sums = new BigInt64Array(0);

  /** @param from Epoch nanoseconds that times are kept from; undefined: they are not kept. */
  constructor(builder: ProfileBuilder, types: number, from: bigint | undefined) {
    this.#from = from;
    this.#builder = builder;
    this.#types = types;
  }

  add(profile: Profile, types: readonly number[], mappings: MappingTable): void {
    for (const mapping of profile.mappings) mappings.intern(mapping);
    const { samples } = profile;
    const stacks = this.#addStacks(profile, mappings);
    const labels = profile.labelSets.map((set) => this.#labelSet(set));
    const width = this.#types;
    const at = this.#from === undefined ? undefined : samples.at;
    const later = Number(profile.time - (this.#from ?? 0n));
    for (let i = 0; i < samples.stack.length; i++) {
      const stack = stacks[samples.stack[i] ?? -1] ?? -1;
      const pair = this.#rowOf(stack, labels[samples.labels[i] ?? 0] ?? 0, at && (at[i] ?? 0) + later);
      while ((pair + 1) * width > this.#sums.length) this.#sums = lengthen(this.#sums, (n) => new BigInt64Array(n));
      for (let type = 0; type < width; type++) {
        const value = samples.values[i * width + (types[type] ?? 0)] ?? 0n;
        this.#sums[pair * width + type] = (this.#sums[pair * width + type] ?? 0n) + value;
      }
    }
  }

  #rowOf(stack: number, labels: number, at: number | undefined): number {
    let pair = this.#pairs.find(stack, labels);
    if (pair < 0) {
      pair = this.#pairCount++;
      this.#pairs.add(stack, labels, pair);
      if (at === undefined) return this.#addRow(stack, labels);
    }
    if (at === undefined) return pair;
    const time = this.#timeIds.get(at) ?? this.#timeIds.size;
    this.#timeIds.set(at, time);
    const known = this.#moments.find(pair, time);
    if (known >= 0) return known;
    this.#moments.add(pair, time, this.#stack.length);
    this.#at.push(at);
    return this.#addRow(stack, labels);
  }

  #addRow(stack: number, labels: number): number {
    this.#stack.push(stack);
    this.#labels.push(labels);
    return this.#stack.length - 1;
  }

  #addStacks({ frames, stacks }: Profile, mappings: MappingTable): Int32Array {
    const indices = frames.map(({ mapping, ...facts }) => {
      return this.#builder.frame(mapping ? { ...facts, mapping: mappings.intern(mapping) } : facts);
    });
    const moved = new Int32Array(stacks.parent.length);
    for (let stack = 0; stack < moved.length; stack++) {
      const parent = moved[stacks.parent[stack] ?? -1] ?? -1;
      moved[stack] = this.#builder.stack(parent, indices[stacks.frame[stack] ?? 0] ?? 0);
    }
    return moved;
  }

  #labelSet(set: readonly Label[]): number {
    const sorted = set.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const key = keyOfLabels(sorted);
    const known = this.#labelKeys.get(key);
    if (known !== undefined) return known;
    this.#labelKeys.set(key, this.#labelSets.length);
    return this.#labelSets.push(sorted) - 1;
  }

  /** Hands the builder what was summed up; samples that cancel out are nothing. */
  write(): void {
    const stack = this.#stack.toArray();
    const labels = this.#labels.toArray();
    for (let pair = 0; pair < stack.length; pair++) {
      const values = Array.from(this.#sums.subarray(pair * this.#types, (pair + 1) * this.#types));
      if (values.some((value) => value !== 0n)) {
        this.#builder.sample(stack[pair] ?? -1, values, this.#labelSets[labels[pair] ?? 0], this.#at[pair]);
      }
    }
  }
}
