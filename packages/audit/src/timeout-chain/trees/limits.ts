import type { Place } from '../../hazard.ts';
import { setTimeoutOf } from '../defaults/index.ts';
import type { Limit, Timeout, TimeoutKind } from '../hop.ts';
import { type Tree, text } from './tree.ts';

type Parse = (text: string) => number | undefined;

interface Wanted {
  readonly kind: TimeoutKind;
  readonly setting: string;
  readonly parse: Parse;
  /** What 0 means; most formats: no limit. */
  readonly zero?: Limit;
}

/** A timeout written in a document. What cannot be resolved or parsed is unknown. `undefined`: not written. */
export function timeoutAt(
  tree: Tree | undefined,
  { kind, setting, parse, zero = 'none' }: Wanted,
): Timeout | undefined {
  if (tree === undefined || (tree.type === 'scalar' && tree.value === null)) return undefined;
  const note = tree.type === 'scalar' ? tree.note : undefined;
  return setTimeoutOf(kind, limitAt(tree, parse, zero), setting, tree.place, note);
}

function limitAt(tree: Tree, parse: Parse, zero: Limit): Limit {
  const written = text(tree);
  const ms = written === undefined || /[$%{<]/.test(written) ? undefined : parse(written);
  if (ms === undefined) return 'unknown';
  return ms === 0 ? zero : ms;
}

/** Joins what is there. */
export function present<Value>(...values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}

export function idAt(format: string, { file, line, column }: Place, suffix = ''): string {
  return `${format}:${file}:${line}:${column}${suffix}`;
}
