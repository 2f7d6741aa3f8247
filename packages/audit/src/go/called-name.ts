import type { Call, Expr } from './syntax/ast.ts';
import { MAX_ALIASES } from './types/callee.ts';

/**
 * The last part of the name that a call's callee has, if it has one (`Get` of `http.Get` and of `get := http.Get; get()`); else empty.
 * Costs nothing like finding the callee.
 */
export function nameCalled(call: Call): string {
  return nameOf(call.fun, 0);
}

function nameOf(fun: Expr, aliases: number): string {
  switch (fun.kind) {
    case 'Paren':
    case 'Index':
      return nameOf(fun.x, aliases);
    case 'Selector':
      return fun.sel.name;
    case 'Ident': {
      if (fun.variable === undefined) return fun.name;
      const { value } = fun.variable;
      return value === undefined || aliases > MAX_ALIASES ? '' : nameOf(value, aliases + 1);
    }
    default:
      return '';
  }
}

/** A file's calls by the name they call. */
export class CallIndex {
  readonly #calls: readonly Call[];
  readonly #byName = new Map<string, number[]>();

  constructor(calls: readonly Call[]) {
    this.#calls = calls;
    calls.forEach((call, index) => {
      const name = nameCalled(call);
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [index]);
      else known.push(index);
    });
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** In the file's order. */
  called(names: Iterable<string>): readonly Call[] {
    const found: number[] = [];
    for (const name of names) for (const index of this.#byName.get(name) ?? []) found.push(index);
    return found
      .sort((a, b) => a - b)
      .map((index) => this.#calls[index])
      .filter((call) => call !== undefined);
  }
}
