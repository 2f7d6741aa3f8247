import type { See } from './stage.ts';

/** Classes and functions lie no deeper in what a library exports. */
const MAX_DEPTH = 3;

/** Two that sloppy functions have and nobody can set. */
const OF_SLOPPY_FUNCTIONS = new Set(['arguments', 'caller']);

/** Everything of a library's public functions and classes that can be looked up without a call, prototypes included. */
export function seeSurface(see: See, name: string, root: object): void {
  walk(see, name, root, MAX_DEPTH, new Set());
}

function walk(see: See, path: string, object: object, depth: number, seen: Set<object>): void {
  if (seen.has(object) || depth < 0) return;
  seen.add(object);
  if (typeof object === 'function') see(path, 'is', kindOf(object));
  for (const key of Reflect.ownKeys(object)) {
    if (typeof object === 'function' && OF_SLOPPY_FUNCTIONS.has(String(key))) continue;
    const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    const at = `${path}.${String(key)}`;
    const what = typeof value === 'function' ? kindOf(value) : (get?.name ?? typeof value);
    see(at, what, flags, set?.name);
    if (typeof value === 'function') walk(see, at, value, depth - 1, seen);
    else if (key === 'prototype' || (isPlain(value) && depth > 0)) walk(see, at, value, depth - 1, seen);
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What `toString`, `new` and a look at its class say of a function. */
function kindOf(fn: object): string {
  const { name, length } = fn as { readonly name: string; readonly length: number };
  const parent: unknown = Object.getPrototypeOf(fn);
  const above = typeof parent === 'function' ? parent.name : Object.prototype.toString.call(parent);
  const { prototype } = fn as { readonly prototype?: unknown };
  const linked =
    typeof prototype === 'object' && prototype !== null ? Reflect.get(prototype, 'constructor') === fn : '';
  return `${Object.prototype.toString.call(fn)} ${name}/${length} of ${fn.constructor?.name} above:${above} constructor:${linked}`;
}

/** What the methods of a class do where `this` is none of its objects: they must fail as they do by themselves. */
export async function seeStrangers(see: See, prototype: object, methods: readonly string[]): Promise<void> {
  for (const method of methods) {
    const fn: unknown = Reflect.get(prototype, method);
    if (typeof fn !== 'function') see(method, 'is no method');
    else
      for (const stranger of [undefined, {}])
        for (const args of [[], [() => {}], [{}], ['x', () => {}]])
          await seeStranger(see, `${method} of ${typeof stranger} with ${args.length}`, fn, stranger, args);
  }
}

async function seeStranger(
  see: See,
  name: string,
  fn: object,
  stranger: unknown,
  args: readonly unknown[],
): Promise<void> {
  try {
    const result: unknown = Reflect.apply(fn as () => unknown, stranger, args);
    if (!(result instanceof Promise)) return see(name, 'returns', typeof result);
    await result.then(
      (value) => see(name, 'fulfilled', typeof value),
      (error: unknown) => see(name, 'rejected', String(error)),
    );
  } catch (error) {
    see(name, 'throws', String(error));
  }
}
