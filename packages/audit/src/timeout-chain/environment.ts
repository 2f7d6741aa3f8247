import type { Place } from '../hazard.ts';

/** A variable as a program is started with it. */
export interface Variable {
  readonly name: string;
  /** `undefined`: set, but decided elsewhere (a secret, the caller's own environment). */
  readonly value: string | undefined;
  readonly place: Place;
  /** Folder whose program gets it, with `/` at its end; absent: not known. */
  readonly folder?: string;
  /** A file of variables for whoever reads it: what a deployment says wins over it. */
  readonly fallback?: boolean;
}

export interface Known {
  readonly value: string | undefined;
  /** For people: `compose.yaml:12`. */
  readonly where: string;
}

/** What programs find in their environment, from Compose, Kubernetes and files of variables. */
export class Environment {
  readonly #byName = new Map<string, Variable[]>();

  constructor(variables: readonly Variable[]) {
    for (const variable of variables)
      this.#byName.set(variable.name, [...(this.#byName.get(variable.name) ?? []), variable]);
  }

  /** `undefined`: nothing here sets it. A value that containers disagree about is set and unknown. */
  find(name: string, file: string): Known | undefined {
    const all = this.#byName.get(name) ?? [];
    const deployed = all.filter(({ fallback }) => fallback !== true);
    const candidates = nearest(deployed.length > 0 ? deployed : all, file);
    const [first] = candidates;
    if (!first) return undefined;
    const agree = candidates.every(({ value }) => value === first.value);
    return { value: agree ? first.value : undefined, where: `${first.place.file}:${first.place.line}` };
  }
}

/** Of containers built from a folder, those whose folder a file lies in; else all. */
function nearest(variables: readonly Variable[], file: string): readonly Variable[] {
  const inside = variables.filter(({ folder }) => folder !== undefined && folder !== '' && file.startsWith(folder));
  const deepest = Math.max(0, ...inside.map(({ folder }) => folder?.length ?? 0));
  return inside.length > 0 ? inside.filter(({ folder }) => folder?.length === deepest) : variables;
}

/**
 * Puts values for `$X`, `${X}`, `${X:-standard}` and `${X-standard}`, as Compose does. `undefined`: something in it is not known.
 */
export function interpolate(text: string, find: (name: string) => string | undefined): string | undefined {
  let open = false;
  const value = text.replaceAll(
    /\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])([^{}]*))?\})/g,
    (whole, bare: string | undefined, braced: string | undefined, operator = '', rest = '') => {
      if (whole === '$$') return '$';
      const found = find(bare ?? braced ?? '');
      if (found !== undefined && !(found === '' && operator.startsWith(':'))) return found;
      if (/^:?-$/.test(operator)) return rest;
      open = true;
      return '';
    },
  );
  return open ? undefined : value;
}
