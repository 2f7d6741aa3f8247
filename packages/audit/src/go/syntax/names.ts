/** Slots, a power of two: a file has some hundred names, mentioned thousands of times. */
const SLOTS = 512;

/** A file's names, each once: what is mentioned often is neither cut from the source nor hashed again. */
export class NameTable {
  readonly #slots: (string | undefined)[] = new Array(SLOTS);

  /** @param hash Of the characters between; names that share a slot drive each other out. */
  take(source: string, start: number, end: number, hash: number): string {
    const slot = hash & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === end - start && source.startsWith(known, start)) return known;
    const name = source.slice(start, end);
    this.#slots[slot] = name;
    return name;
  }
}
