import { setTimeoutOf } from '../../defaults/index.ts';
import { parseNginxDuration } from '../../durations.ts';
import type { Limit, Timeout, TimeoutKind } from '../../hop.ts';
import type { Directive } from './parse.ts';

/** Blocks from the outermost to the one a request runs in; the innermost that sets something wins, as in nginx. */
export type Scope = readonly Directive[];

export function lookUp(scope: Scope, name: string): Directive | undefined {
  for (let index = scope.length - 1; index >= 0; index -= 1) {
    const found = scope[index]?.block?.filter((directive) => directive.name === name).at(-1);
    if (found) return found;
  }
  return undefined;
}

/** Milliseconds; a value with a variable, or one that is no duration, is unknown. */
export function limitOf(written: string | undefined): Limit {
  if (written === undefined || /[$%{<]/.test(written)) return 'unknown';
  return parseNginxDuration(written) ?? 'unknown';
}

export function timeoutFrom(scope: Scope, name: string, kind: TimeoutKind): Timeout | undefined {
  const directive = lookUp(scope, name);
  return directive && setTimeoutOf(kind, limitOf(directive.args[0]), name, directive.place);
}
