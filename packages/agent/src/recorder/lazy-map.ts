/** A read-only map whose values are made when first asked for: a diagnosis looks at few of thousands of requests. */
export class LazyMap<K, S, V> implements ReadonlyMap<K, V> {
  readonly #sources: ReadonlyMap<K, S>;
  readonly #make: (source: S) => V;
  readonly #made = new Map<K, V>();

  constructor(sources: ReadonlyMap<K, S>, make: (source: S) => V) {
    this.#sources = sources;
    this.#make = make;
  }

  get size(): number {
    return this.#sources.size;
  }

  has(key: K): boolean {
    return this.#sources.has(key);
  }

  get(key: K): V | undefined {
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    const source = this.#sources.get(key);
    if (source === undefined) return undefined;
    const value = this.#make(source);
    this.#made.set(key, value);
    return value;
  }

  keys() {
    return this.#sources.keys();
  }

  *entries(): MapIterator<[K, V]> {
    for (const key of this.#sources.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
