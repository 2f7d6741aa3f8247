import type { Profile } from '@holdup/profile';
import { FlameError } from '../errors.ts';
import { type FrameText, FrameWriter, type FunctionFacts } from '../shared/frame-text.ts';
import type { Payload } from '../shared/payload.ts';
import { formatShare } from '../shared/units.ts';
import { buildCallTree, type CallTree } from '../view/call-tree.ts';
import { focusSamples } from '../view/focus.ts';
import { readQuery } from '../view/search.ts';
import { compactProfile } from './compact.ts';

/** What is asked of a profile. */
export interface FlameOptions {
  /** As a person knows it: the file's name. */
  readonly title: string;
  /** The profile to compare with, and its name. */
  readonly base?: { readonly title: string; readonly profile: Profile };
  /** Sample type to show first: `cpu`, or `cpu/nanoseconds` where that is not enough. Default: the profile's own. */
  readonly type?: string;
  /** Only stacks with a function whose name or place holds this text; a pattern between slashes. Default: all. */
  readonly focus?: string;
}

/** Function `fn` in full, and as people read it. */
export interface Prepared {
  readonly payload: Payload;
  readonly tree: CallTree;
  factsOf(fn: number): FunctionFacts;
  textOf(fn: number): FrameText;
}

/** @throws FlameError when what is asked for is not in the profile. */
export function prepareProfile(profile: Profile, options: FlameOptions): Prepared {
  const all = compactProfile(profile, options);
  const { name, file, line, module } = all.functions;
  const factsOf = (fn: number): FunctionFacts => ({
    name: name[fn] ?? '',
    file: file[fn] ?? '',
    line: line[fn] ?? 0,
    module: module[fn] ?? '',
  });
  const writer = new FrameWriter(name.map((_, fn) => factsOf(fn)));
  const textOf = (fn: number): FrameText => writer.write(factsOf(fn));
  const tree = buildCallTree(all);
  const typed = options.type === undefined ? all : { ...all, defaultType: findType(all, options.type) };
  const payload = options.focus === undefined ? typed : focus(typed, tree, options.focus, factsOf, textOf);
  return { payload, tree, factsOf, textOf };
}

function findType({ types }: Payload, wanted: string): number {
  const names = types.map(({ type, unit }) => `${type}/${unit}`);
  const exact = names.indexOf(wanted);
  const found = exact >= 0 ? exact : types.findIndex(({ type }) => type === wanted);
  if (found >= 0) return found;
  throw new FlameError(
    'HOLDUP_FLAME_NO_SUCH_TYPE',
    `no sample type ${JSON.stringify(wanted)}; it has ${names.join(', ')}`,
  );
}

function focus(
  payload: Payload,
  tree: CallTree,
  wanted: string,
  factsOf: Prepared['factsOf'],
  textOf: Prepared['textOf'],
): Payload {
  const query = readQuery(wanted);
  if (!query?.ok) {
    const why = query ? query.message : 'it is empty';
    throw new FlameError('HOLDUP_FLAME_BAD_PATTERN', `${JSON.stringify(wanted)}: ${why}`);
  }
  const matches = Uint8Array.from(payload.functions.name, (name, fn) => {
    const { place } = textOf(fn);
    return query.matches(`${name} ${factsOf(fn).file} ${place}`) ? 1 : 0;
  });
  const kept = focusSamples(payload, tree, matches);
  const share = formatShare(sum(kept.values[payload.defaultType]), sum(payload.values[payload.defaultType]));
  return { ...kept, notes: [...kept.notes, `Only stacks with ${JSON.stringify(wanted)} in them: ${share} of all.`] };
}

function sum(values: ArrayLike<number> = []): number {
  let all = 0;
  for (let at = 0; at < values.length; at += 1) all += values[at] ?? 0;
  return all;
}
