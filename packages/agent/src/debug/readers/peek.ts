/** Prototypes looked through; no class of the libraries read here is deeper. */
const MAX_PROTOTYPES = 8;

/**
 * A property's value without running anybody's code: readers look in the middle of whatever runs, where a getter of the
 * host's must not. Undefined: there is none, or only a getter.
 */
export function peek(object: unknown, key: string | symbol): unknown {
  let here: unknown = object;
  for (let depth = 0; depth < MAX_PROTOTYPES && isObject(here); depth++) {
    const found = Object.getOwnPropertyDescriptor(here, key);
    if (found !== undefined) return found.value;
    here = Object.getPrototypeOf(here);
  }
  return undefined;
}

/** What lies under a symbol of that description: libraries keep to themselves what they keep under symbols of their own. */
export function peekSymbol(object: unknown, description: string): unknown {
  if (!isObject(object)) return undefined;
  const symbol = Object.getOwnPropertySymbols(object).find((each) => each.description === description);
  return symbol === undefined ? undefined : peek(object, symbol);
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function peekNumber(object: unknown, key: string): number | undefined {
  const value = peek(object, key);
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}
