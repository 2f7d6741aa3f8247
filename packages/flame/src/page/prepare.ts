import { focusFrames, numberAt, type Profile, toWords } from '@holdup/profile';
import { FlameError } from '../errors.ts';
import { type FrameText, FrameWriter, type FunctionFacts } from '../shared/frame-text.ts';
import { factsOf, type Payload } from '../shared/payload.ts';
import { formatShare } from '../shared/units.ts';
import { buildCallTree, type CallTree } from '../view/call-tree.ts';
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
  const payload = compact(profile, options);
  const writer = new FrameWriter(payload.ownFolder);
  return {
    payload,
    tree: buildCallTree(payload),
    factsOf: (fn) => factsOf(payload.functions, fn),
    textOf: (fn) => writer.write(factsOf(payload.functions, fn)),
  };
}

function compact(profile: Profile, { title, base, type, focus }: FlameOptions): Payload {
  const pattern = focus === undefined ? undefined : readPattern(focus);
  const focused = (whole: Profile): Profile => (pattern ? focusFrames(whole, pattern) : whole);
  const payload = compactProfile(focused(profile), {
    title,
    ...(base ? { base: { title: base.title, profile: focused(base.profile) } } : {}),
  });
  const typed = type === undefined ? payload : { ...payload, defaultType: findType(payload, type) };
  if (!pattern) return typed;
  const wanted = typed.types[typed.defaultType];
  const column = profile.sampleTypes.findIndex((it) => it.type === wanted?.type && it.unit === wanted.unit);
  const share = formatShare(sumColumn(focused(profile), column), sumColumn(profile, column));
  return { ...typed, notes: [...typed.notes, `Only stacks with ${JSON.stringify(focus)} in them: ${share} of all.`] };
}

/** As the page searches: plain text in any case, or a pattern between slashes. */
function readPattern(text: string): RegExp {
  const query = readQuery(text);
  if (query?.ok) return query.pattern;
  throw new FlameError('HOLDUP_FLAME_BAD_PATTERN', `${JSON.stringify(text)}: ${query ? query.message : 'it is empty'}`);
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

function sumColumn({ samples, sampleTypes }: Profile, column: number): number {
  const words = toWords(samples.values);
  let sum = 0;
  for (let at = column; at < samples.values.length; at += sampleTypes.length) sum += numberAt(words, at);
  return sum;
}
