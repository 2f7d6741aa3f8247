/** Only runs chosen to collide need more; these are decoded each time, which is slow and no more. */
const MOST_PROBES = 64;
const FIRST_SLOTS = 4096;

/** Start + 1 (0: free), length, hash, value of a slot. */
const FIELDS = 4;
const LENGTH = 1;
const HASH = 2;
const VALUE = 3;

/** From the golden ratio and from MurmurHash3. */
const MIX = 0x9e3779b1;
const MIX_OTHER = 0x85ebca6b;

/** Bytes that come from memory together. */
const CACHE_LINE = 64;

/** Table of distinct runs of bytes of one file, each with a number; a sample's packed locations are its stack's key undecoded. */
export class ByteKeys {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #slots = new Int32Array(FIRST_SLOTS * FIELDS);
  #mask = FIRST_SLOTS - 1;
  #size = 0;
  /** Where the run that {@link find} missed would go; −1: nowhere. */
  #missed = -1;
  /** What {@link fetch} read, so that it is not optimized away. */
  fetched = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * Reads what {@link find} will need for these hashes. One after the other every find waits for memory three times; here no read
   * waits for another, and the processor does a dozen at once.
   */
  fetch(hashes: Int32Array, count: number): void {
    const slots = this.#slots;
    const bytes = this.#bytes;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= slots[((hashes[i] ?? 0) & this.#mask) * FIELDS] ?? 0;
    for (let i = 0; i < count; i++) {
      const start = slots[((hashes[i] ?? 0) & this.#mask) * FIELDS] ?? 0;
      sum ^= (bytes[start] ?? 0) ^ (bytes[start + CACHE_LINE] ?? 0);
    }
    this.fetched = sum;
  }

  /** The number of the run from `start` up to `stop`; −1: new, {@link add} it. @param hash Of {@link hashOf}. */
  find(start: number, stop: number, hash: number): number {
    const slots = this.#slots;
    const length = stop - start;
    let slot = hash & this.#mask;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const at = slot * FIELDS;
      const known = slots[at] ?? 0;
      if (known === 0) {
        this.#missed = at;
        return -1;
      }
      if (slots[at + HASH] === hash && slots[at + LENGTH] === length && this.#equal(known - 1, start, length)) {
        return slots[at + VALUE] ?? 0;
      }
      slot = (slot + 1) & this.#mask;
    }
    this.#missed = -1;
    return -1;
  }

  /** Gives the run that was just not found its number. */
  add(start: number, stop: number, hash: number, value: number): void {
    const at = this.#missed;
    if (at < 0) return;
    this.#slots[at] = start + 1;
    this.#slots[at + LENGTH] = stop - start;
    this.#slots[at + HASH] = hash;
    this.#slots[at + VALUE] = value;
    this.#size++;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = this.#mask * 2 + 1;
    for (let from = 0; from < old.length; from += FIELDS) {
      if (old[from] === 0) continue;
      let slot = (old[from + HASH] ?? 0) & mask;
      while (slots[slot * FIELDS] !== 0) slot = (slot + 1) & mask;
      for (let field = 0; field < FIELDS; field++) slots[slot * FIELDS + field] = old[from + field] ?? 0;
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  /** Two sums side by side: each waits for its own last product only. */
  hashOf(start: number, stop: number): number {
    const view = this.#view;
    const bytes = this.#bytes;
    let one = stop - start;
    let other = 0;
    let at = start;
    for (; at + 8 <= stop; at += 8) {
      one = Math.imul(one ^ view.getInt32(at, true), MIX);
      other = Math.imul(other ^ view.getInt32(at + 4, true), MIX_OTHER);
      one ^= one >>> 15;
      other ^= other >>> 13;
    }
    for (; at < stop; at++) one = Math.imul(one ^ (bytes[at] ?? 0), MIX);
    const hash = Math.imul(one ^ (one >>> 15), MIX_OTHER) ^ Math.imul(other ^ (other >>> 13), MIX);
    return hash ^ (hash >>> 16);
  }

  #equal(known: number, start: number, length: number): boolean {
    const view = this.#view;
    const bytes = this.#bytes;
    let i = 0;
    for (; i + 8 <= length; i += 8) {
      const low = view.getInt32(known + i, true) ^ view.getInt32(start + i, true);
      const high = view.getInt32(known + i + 4, true) ^ view.getInt32(start + i + 4, true);
      if ((low | high) !== 0) return false;
    }
    for (; i < length; i++) if (bytes[known + i] !== bytes[start + i]) return false;
    return true;
  }
}
