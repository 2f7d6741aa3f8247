const FIRST_SLOTS = 1024;
/** First, second, value + 1 (0: free) of a slot. */
const FIELDS = 3;
const SECOND = 1;
const VALUE = 2;

/** Odd, with well spread bits (from the golden ratio and from MurmurHash3). */
const MIX_FIRST = 0x9e3779b1;
const MIX_SECOND = 0x85ebca6b;
/** Neighbours share a cache line; a table that is half full rarely needs four. */
const NEIGHBOURS = 32;

/** A hash table from pairs of integers to one, open and at most half full. */
export class PairTable {
  #slots = new Int32Array(FIRST_SLOTS * FIELDS);
  #mask = FIRST_SLOTS - 1;
  #size = 0;
  /** Where the pair that {@link find} missed would go. */
  #missed = 0;

  /** −1: not there; {@link add} it. */
  find(first: number, second: number): number {
    const slots = this.#slots;
    let slot = hashPair(first, second) & this.#mask;
    for (let probes = 0; ; probes++) {
      const at = slot * FIELDS;
      const value = slots[at + VALUE] ?? 0;
      if (value === 0) {
        this.#missed = at;
        return -1;
      }
      if (slots[at] === first && slots[at + SECOND] === second) return value - 1;
      slot = (slot + step(probes, first, second)) & this.#mask;
    }
  }

  /** Adds the pair that was just not found. */
  add(first: number, second: number, value: number): void {
    this.#put(this.#missed, first, second, value + 1);
    this.#size++;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  #put(at: number, first: number, second: number, value: number): void {
    this.#slots[at] = first;
    this.#slots[at + SECOND] = second;
    this.#slots[at + VALUE] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += FIELDS) {
      const value = old[at + VALUE] ?? 0;
      if (value === 0) continue;
      this.find(old[at] ?? 0, old[at + SECOND] ?? 0);
      this.#put(this.#missed, old[at] ?? 0, old[at + SECOND] ?? 0, value);
    }
  }
}

function hashPair(first: number, second: number): number {
  const mixed = Math.imul(first + 1, MIX_FIRST) ^ Math.imul(second + 1, MIX_SECOND);
  return mixed ^ (mixed >>> 15);
}

/** Once many neighbours are taken, somebody chose pairs that collide: go on by another hash of the pair. */
function step(probes: number, first: number, second: number): number {
  return probes < NEIGHBOURS ? 1 : Math.imul(first, MIX_SECOND) + second * 2 + 1;
}
