import type { Frame, Profile, SampleTable } from '../profile.ts';
import { restack } from './restack.ts';

/** A part of the text, or a regular expression. */
export type Pattern = string | RegExp;

/** Samples with a label `key` whose value matches; numbers as decimals. */
export function filterByLabel(profile: Profile, key: string, pattern: Pattern): Profile {
  const matches = toPredicate(pattern);
  const kept = profile.labelSets.map((set) => set.some((label) => label.key === key && matches(String(label.value))));
  return keepSamples(profile, (sample) => kept[profile.samples.labels[sample] ?? 0] === true);
}

/**
 * Samples taken from `from` up to, not including, `to`: nanoseconds since the profile's time. Undefined when its samples have no
 * times: they are sums over all of it.
 */
export function filterByTime(profile: Profile, from: number, to: number): Profile | undefined {
  const { at } = profile.samples;
  if (!at) return undefined;
  return keepSamples(profile, (sample) => (at[sample] ?? 0) >= from && (at[sample] ?? 0) < to);
}

/** Samples with a frame whose name, file or module matches: pprof's `-focus`. */
export function focusFrames(profile: Profile, pattern: Pattern): Profile {
  const has = stacksWith(profile, pattern);
  return keepSamples(profile, (sample) => has[profile.samples.stack[sample] ?? -1] === 1);
}

/** Samples without such a frame: pprof's `-ignore`. */
export function ignoreFrames(profile: Profile, pattern: Pattern): Profile {
  const has = stacksWith(profile, pattern);
  return keepSamples(profile, (sample) => has[profile.samples.stack[sample] ?? -1] !== 1);
}

/** All samples, without such frames in their stacks: pprof's `-hide`. */
export function hideFrames(profile: Profile, pattern: Pattern): Profile {
  const hidden = matchFrames(profile, pattern);
  const { frame, parent } = profile.stacks;
  const frames = [...profile.frames];
  const outlined = new Map<number, number>();
  /** What was inlined into a hidden frame is on its own now. */
  const outline = (index: number): number => {
    const known = outlined.get(index);
    if (known !== undefined) return known;
    const old = frames[index];
    const made = old?.inlined ? frames.push({ ...old, inlined: false }) - 1 : index;
    outlined.set(index, made);
    return made;
  };
  const isHidden = (stack: number): boolean => stack >= 0 && hidden[frame[stack] ?? 0] === 1;
  const moved = restack(profile, (tree, stack, caller) => {
    if (isHidden(stack)) return caller;
    const index = frame[stack] ?? 0;
    return tree.child(caller, isHidden(parent[stack] ?? -1) ? outline(index) : index);
  });
  return { ...moved, frames };
}

/** Samples with such a frame, their stacks from the outermost such frame on: pprof's `-show_from`. */
export function showFrom(profile: Profile, pattern: Pattern): Profile {
  const starts = matchFrames(profile, pattern);
  const { frame } = profile.stacks;
  const moved = restack(profile, (tree, stack, caller) => {
    const index = frame[stack] ?? 0;
    return caller >= 0 || starts[index] === 1 ? tree.child(caller, index) : -1;
  });
  return keepSamples(moved, (sample) => (moved.samples.stack[sample] ?? -1) >= 0);
}

/** 1 for the frames that match. */
function matchFrames({ frames }: Profile, pattern: Pattern): Uint8Array {
  const matches = toPredicate(pattern);
  return Uint8Array.from(frames, (frame) => (matchesFrame(frame, matches) ? 1 : 0));
}

function matchesFrame({ name, file, module }: Frame, matches: (text: string) => boolean): boolean {
  return matches(name) || (file !== '' && matches(file)) || (module !== '' && matches(module));
}

/** 1 for the stacks that have a matching frame, at their end or further out. */
function stacksWith(profile: Profile, pattern: Pattern): Uint8Array {
  const matched = matchFrames(profile, pattern);
  const { parent, frame } = profile.stacks;
  const has = new Uint8Array(parent.length);
  for (let stack = 0; stack < parent.length; stack++) {
    has[stack] = (matched[frame[stack] ?? 0] ?? 0) | (has[parent[stack] ?? -1] ?? 0);
  }
  return has;
}

function toPredicate(pattern: Pattern): (text: string) => boolean {
  if (typeof pattern === 'string') return (text) => text.includes(pattern);
  // With these flags a RegExp remembers where it was.
  const stateless = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
  return (text) => stateless.test(text);
}

function keepSamples(profile: Profile, keep: (sample: number) => boolean): Profile {
  const { stack, values, labels, at } = profile.samples;
  const kept = Array.from(stack.keys()).filter(keep);
  const types = profile.sampleTypes.length;
  const samples: SampleTable = {
    stack: Int32Array.from(kept, (i) => stack[i] ?? -1),
    labels: Int32Array.from(kept, (i) => labels[i] ?? 0),
    values: new BigInt64Array(kept.length * types),
    ...(at && { at: Float64Array.from(kept, (i) => at[i] ?? 0) }),
  };
  kept.forEach((from, to) => {
    samples.values.set(values.subarray(from * types, (from + 1) * types), to * types);
  });
  return { ...profile, samples };
}
