/** Returns what it is given, so that a subclass puts its private fields on a foreign object. */
class Returned {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the whole point of this class
    return object;
  }
}

/**
 * One value on a foreign object, in a private field. Measured on Node 20 to 26: set 10–30 ns, get 10–25 ns, where a
 * WeakMap costs 150–500 ns to set; and unlike a symbol property nobody sees it in `console.log`, in copies or in key
 * lists.
 */
class Stamp extends Returned {
  #value: unknown;

  constructor(object: object, value: unknown) {
    super(object);
    this.#value = value;
  }

  static set(object: object, value: unknown): void {
    if (#value in object) object.#value = value;
    else new Stamp(object, value);
  }

  static get(object: object): unknown {
    return isObject(object) && #value in object ? object.#value : undefined;
  }
}

/** What a program hands to a library may be anything, whatever the library's types say. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Puts the agent's record of `object` on it. One value per object: the last one stays. On what is no object nothing stays. */
export function attach(object: object, value: unknown): void {
  if (isObject(object)) Stamp.set(object, value);
}

/** What was attached to `object`, or undefined, as for what is no object at all. */
export function attached(object: object): unknown {
  return Stamp.get(object);
}
