type AnyFunction = (...args: never[]) => unknown;

/**
 * Puts a wrapper in the place of a function of the host's: same name, length and own properties (`util.promisify` finds
 * its symbols on the wrapper), same place and attributes in the object. The wrapper of a class's method is only called for
 * objects: a method that was taken off its object fails as it always did.
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
  const wrapper = wrap(original as AnyFunction);
  const guarded = isPrototype(target) ? ofObjects(wrapper, original as AnyFunction) : wrapper;
  const replacement = alike(guarded, original);
  // Inherited ones are shadowed with the same attributes, or `for…in` would find other keys.
  const { enumerable = true, writable = true, configurable = true } = descriptor ?? inherited(target, key) ?? {};
  if (!Reflect.defineProperty(target, key, { value: replacement, enumerable, writable, configurable })) return () => {};
  return () => {
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== replacement) return;
    if (descriptor === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, descriptor);
  };
}

/**
 * Makes a wrapper look like what it stands for: name, length, own properties, whether it can be called with `new`, and the
 * class of an async function. What cannot be had without another turn of the microtask queue is `util.types.isAsyncFunction`.
 */
export function alike(wrapper: AnyFunction, original: object): AnyFunction {
  const isFunction = Object.hasOwn(original, 'prototype');
  const fitting = isFunction === Object.hasOwn(wrapper, 'prototype');
  const replacement = fitting ? wrapper : (isFunction ? asFunction : asMethod)(wrapper);
  disguise(replacement, original);
  const parent: unknown = Object.getPrototypeOf(original);
  if (Object.getPrototypeOf(replacement) !== parent) Object.setPrototypeOf(replacement, parent as object | null);
  return replacement;
}

// Arguments are handed on as they are: the wrapper makes an array of them, one is enough.

/** One of a class is no constructor, and so has no `prototype`. */
function asMethod(fn: AnyFunction): AnyFunction {
  const { method } = {
    method(this: unknown): unknown {
      return fn.apply(this, arguments as never);
    },
  };
  return method;
}

function asFunction(fn: AnyFunction): AnyFunction {
  return function (this: unknown): unknown {
    return fn.apply(this, arguments as never);
  };
}

function ofObjects(fn: AnyFunction, original: AnyFunction): AnyFunction {
  const call = (self: unknown, args: never): unknown =>
    (typeof self === 'object' && self !== null ? fn : original).apply(self, args);
  if (Object.hasOwn(original, 'prototype'))
    return function (this: unknown): unknown {
      return call(this, arguments as never);
    };
  const { method } = {
    method(this: unknown): unknown {
      return call(this, arguments as never);
    },
  };
  return method;
}

/** Of any class: what mixes others in, as ioredis does, may name one of those as its constructor. */
function isPrototype(target: object): boolean {
  return Object.hasOwn(target, 'constructor') && typeof target.constructor === 'function';
}

function disguise(replacement: AnyFunction, original: object): void {
  for (const key of Reflect.ownKeys(original)) {
    // Sloppy functions own these two, and strict ones may not have them.
    if (key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    // The one that comes with every function names it as its constructor.
    if (key === 'prototype' && isUntouched(descriptor?.value, original)) continue;
    if (descriptor === undefined) continue;
    // `default` of some, and what `promisify` has made.
    if (descriptor.value === original) descriptor.value = replacement;
    Reflect.defineProperty(replacement, key, descriptor);
  }
}

function isUntouched(prototype: unknown, owner: object): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return Reflect.ownKeys(prototype).length === 1 && Reflect.get(prototype, 'constructor') === owner;
}

function inherited(target: object, key: string | symbol): PropertyDescriptor | undefined {
  const parent: unknown = Object.getPrototypeOf(target);
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.getOwnPropertyDescriptor(parent, key) ?? inherited(parent, key);
}
