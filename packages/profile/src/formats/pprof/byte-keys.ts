/** Only runs chosen to collide need more; these are decoded each time, which is slow and no more. */
const MOST_PROBES = 64;

/** Table of distinct runs of bytes of one file, each with a number; a sample's packed locations are its stack's key undecoded. */
export class ByteKeys {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Entry + 1; 0: free. */
  #slots = new Int32Array(4096);
  /** Start, length and value of entry i at 3i. */
  #entries = new Int32Array(3 * 1024);
  #size = 0;
  /** Where the run that {@link find} missed would go; −1: nowhere. */
  #missed = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of the run from `start` up to `stop`; −1: new, {@link add} it. */
  find(start: number, stop: number): number {
    const slots = this.#slots;
    const entries = this.#entries;
    const mask = slots.length - 1;
    const length = stop - start;
    let slot = this.#hash(start, stop) & mask;
    this.#missed = -1;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const found = slots[slot] ?? 0;
      if (found === 0) {
        this.#missed = slot;
        break;
      }
      const entry = (found - 1) * 3;
      if (entries[entry + 1] === length && this.#equal(entries[entry] ?? 0, start, length))
        return entries[entry + 2] ?? 0;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Gives the run that was just not found its number. */
  add(start: number, stop: number, value: number): void {
    if (this.#missed < 0) return;
    if (this.#size * 3 === this.#entries.length) this.#entries = doubled(this.#entries);
    this.#entries.set([start, stop - start, value], this.#size * 3);
    this.#size++;
    this.#slots[this.#missed] = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let i = 0; i < this.#size; i++) {
      const start = this.#entries[i * 3] ?? 0;
      let slot = this.#hash(start, start + (this.#entries[i * 3 + 1] ?? 0)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = i + 1;
    }
    this.#slots = slots;
  }

  #hash(start: number, stop: number): number {
    const view = this.#view;
    const bytes = this.#bytes;
    let hash = stop - start;
    let at = start;
    for (; at + 4 <= stop; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < stop; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  #equal(one: number, other: number, length: number): boolean {
    const view = this.#view;
    const bytes = this.#bytes;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      if (view.getInt32(one + i, true) !== view.getInt32(other + i, true)) return false;
    }
    for (; i < length; i++) if (bytes[one + i] !== bytes[other + i]) return false;
    return true;
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}
