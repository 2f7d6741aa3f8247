import { ByteKeys } from './byte-keys.ts';

/** Runs looked up together: enough for the processor to overlap their cache misses, few enough for the cache to still hold their bytes. */
const BATCH = 512;

/** Runs of bytes that wait to be looked up, each for a row of a column of numbers. */
export class KeyBatch {
  readonly #keys: ByteKeys;
  readonly #rows = new Int32Array(BATCH);
  readonly #starts = new Int32Array(BATCH);
  readonly #stops = new Int32Array(BATCH);
  readonly #hashes = new Int32Array(BATCH);
  #size = 0;

  constructor(bytes: Uint8Array) {
    this.#keys = new ByteKeys(bytes);
  }

  get full(): boolean {
    return this.#size === BATCH;
  }

  /** Not when it is {@link full}. */
  push(row: number, start: number, stop: number): void {
    const at = this.#size++;
    this.#rows[at] = row;
    this.#starts[at] = start;
    this.#stops[at] = stop;
    this.#hashes[at] = this.#keys.hashOf(start, stop);
  }

  /**
   * Writes the number of each run into its row, and is empty then.
   * @param make Number of a run that was not seen before; negative: ask again for the next one like it.
   */
  resolve(column: Int32Array, make: (start: number, stop: number, row: number) => number): void {
    const keys = this.#keys;
    keys.fetch(this.#hashes, this.#size);
    for (let i = 0; i < this.#size; i++) {
      const row = this.#rows[i] ?? 0;
      const start = this.#starts[i] ?? 0;
      const stop = this.#stops[i] ?? 0;
      const hash = this.#hashes[i] ?? 0;
      let number = keys.find(start, stop, hash);
      if (number < 0) {
        number = make(start, stop, row);
        if (number >= 0) keys.add(start, stop, hash, number);
      }
      column[row] = number;
    }
    this.#size = 0;
  }
}
