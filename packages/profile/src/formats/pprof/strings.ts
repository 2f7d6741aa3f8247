import { broken } from '../../errors.ts';
import { decodeText } from '../../text.ts';
import type { Spans } from './outline.ts';

/**
 * The string table, decoded entry by entry when something names it: a table of millions of entries that nothing names costs its
 * offsets and no more.
 */
export class Strings {
  readonly #bytes: Uint8Array;
  readonly #starts: Int32Array;
  readonly #stops: Int32Array;
  readonly #texts = new Map<number, string>();

  /** @throws ProfileError unless entry 0 is the empty string, as the format has it. */
  constructor(bytes: Uint8Array, spans: Spans) {
    this.#bytes = bytes;
    this.#starts = spans.starts.toArray();
    this.#stops = spans.stops.toArray();
    if (this.#starts[0] !== this.#stops[0]) {
      throw broken('pprof', 'entry 0', 'a string table that does not begin with the empty string');
    }
  }

  /** @param what Of which the index was read, for the error. */
  get(index: number, what: string): string {
    if (index === 0 && this.#starts.length > 0) return '';
    const known = this.#texts.get(index);
    if (known !== undefined) return known;
    const start = this.#starts[index];
    const stop = this.#stops[index];
    if (start === undefined || stop === undefined) {
      throw broken('pprof', what, `string ${index} of a table of ${this.#starts.length}`);
    }
    const text = decodeText(this.#bytes.subarray(start, stop));
    this.#texts.set(index, text);
    return text;
  }

  /** Index of the entry with this text; −1 when there is none. */
  indexOf(text: string): number {
    for (let i = 0; i < this.#starts.length; i++) {
      const start = this.#starts[i] ?? 0;
      const stop = this.#stops[i] ?? 0;
      // Most entries have another length; every UTF-16 unit is one to three bytes.
      if (stop - start < text.length || stop - start > text.length * 3) continue;
      if (decodeText(this.#bytes.subarray(start, stop)) === text) return i;
    }
    return -1;
  }
}
