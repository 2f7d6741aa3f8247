type AnyFunction = (...args: never[]) => unknown;

/**
 * Puts a wrapper in the place of a function of the host's: same name, length and own properties (`util.promisify` finds
 * its symbols on the wrapper), same place and attributes in the object.
 * @returns puts the original back, unless somebody wrapped the wrapper
 */
export function patchFunction(
  target: object,
  key: string | symbol,
  wrap: (original: AnyFunction) => AnyFunction,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  const original: unknown = Reflect.get(target, key);
  if (typeof original !== 'function') return () => {};
  const replacement = wrap(original as AnyFunction);
  disguise(replacement, original);
  // Inherited ones are shadowed with the same attributes, or `for…in` would find other keys.
  const { enumerable = true, writable = true, configurable = true } = descriptor ?? inherited(target, key) ?? {};
  if (!Reflect.defineProperty(target, key, { value: replacement, enumerable, writable, configurable })) return () => {};
  return () => {
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== replacement) return;
    if (descriptor === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, descriptor);
  };
}

function disguise(replacement: AnyFunction, original: object): void {
  for (const key of Reflect.ownKeys(original)) {
    // Sloppy functions own these two, and strict ones may not have them.
    if (key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(replacement, key, descriptor);
  }
}

function inherited(target: object, key: string | symbol): PropertyDescriptor | undefined {
  const parent: unknown = Object.getPrototypeOf(target);
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.getOwnPropertyDescriptor(parent, key) ?? inherited(parent, key);
}
