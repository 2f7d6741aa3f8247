import { LabelSets } from '../../build/label-sets.ts';
import type { Label } from '../../profile.ts';
import { KeyBatch } from './key-batch.ts';
import type { Strings } from './strings.ts';
import { BYTES, VARINT, Wire } from './wire.ts';

/** Field of a sample that holds a label. */
const LABEL = 3;

/** Label under which profilers write when a sample was taken, in epoch nanoseconds; no standard, but the name they agree on. */
export const TIME_LABEL = 'end_timestamp_ns';

/**
 * Reads the labels of one sample after the other. Nearly always they lie side by side, and their bytes are the set's key; what
 * they say is decoded once per distinct run of bytes.
 */
export class LabelReader {
  readonly labelSets = new LabelSets();
  readonly #bytes: Uint8Array;
  readonly #strings: Strings;
  readonly #timeLabel: number;
  readonly #runs: KeyBatch;
  readonly #column: Int32Array;
  readonly #wire: Wire;
  /** Of the sample at hand: the run of its labels without the time, and whether nothing else lies in between. */
  #from = 0;
  #to = 0;
  #together = true;
  readonly #originHigh: number;
  readonly #originLow: number;
  /** When the sample was taken, in nanoseconds since the profile's time, if a label said so that is lifted; exact below 2^53. */
  since: number | undefined;

  /**
   * @param timeLabel String index of the label that is lifted into {@link since}; −1: none is.
   * @param origin The profile's time, in epoch nanoseconds.
   * @param column Where the samples' label sets go.
   */
  constructor(bytes: Uint8Array, strings: Strings, timeLabel: number, origin: bigint, column: Int32Array) {
    this.#originHigh = Number(BigInt.asIntN(32, origin >> 32n));
    this.#originLow = Number(BigInt.asUintN(32, origin));
    this.#bytes = bytes;
    this.#strings = strings;
    this.#timeLabel = timeLabel;
    this.#runs = new KeyBatch(bytes);
    this.#column = column;
    this.#wire = new Wire(bytes);
  }

  /** A sample begins. */
  begin(): void {
    this.#from = 0;
    this.#to = 0;
    this.#together = true;
    this.since = undefined;
  }

  /** The sample has a label: `sample` has just read it, and its tag is at `tag`. */
  note(sample: Wire, tag: number): void {
    sample.expect(BYTES, 'a label');
    if (this.#timeLabel >= 0 && this.#isTime(sample.start, sample.stop)) return;
    if (this.#to === 0) this.#from = tag;
    else if (this.#to !== tag) this.#together = false;
    this.#to = sample.stop;
  }

  /** The sample that was begun, number `index`, ends; it lies from `start` up to `stop`. */
  finish(index: number, start: number, stop: number): void {
    if (this.#to === 0) return;
    if (this.#together) {
      if (this.#runs.full) this.resolve();
      this.#runs.push(index, this.#from, this.#to);
    } else this.#column[index] = this.labelSets.add(this.#decode(start, stop, this.since !== undefined));
  }

  /** Fills in the label sets of all samples so far. */
  resolve(): void {
    this.#runs.resolve(this.#column, (from, to) => this.labelSets.add(this.#decode(from, to, false)));
  }

  /** Whether the label is a sample's first time; keeps it then. */
  #isTime(start: number, stop: number): boolean {
    if (this.since !== undefined) return false;
    const wire = this.#open(start, stop);
    let isTime = false;
    // In halves, since a BigInt per sample takes longer than all the rest of it.
    let since = this.#sinceOrigin(0, 0);
    while (wire.next()) {
      if (wire.field === 1) isTime = wire.signed() === this.#timeLabel;
      else if (wire.field === 2 && wire.signed() !== 0) return false;
      else if (wire.field === 3) since = this.#sinceOrigin(wire.low, wire.high);
      if (!isTime) return false;
    }
    if (isTime) this.since = since;
    return isTime;
  }

  #sinceOrigin(low: number, high: number): number {
    return ((high | 0) - this.#originHigh) * 2 ** 32 + (low - this.#originLow);
  }

  /** @param timed The first time among them is lifted. */
  #decode(start: number, stop: number, timed: boolean): readonly Label[] {
    const labels: Label[] = [];
    const fields = new Wire(this.#bytes, start, stop);
    let timeSeen = !timed;
    while (fields.next()) {
      if (fields.field !== LABEL) continue;
      const label = this.#decodeOne(fields.start, fields.stop);
      if (!timeSeen && label.key === TIME_LABEL && typeof label.value === 'bigint') timeSeen = true;
      else labels.push(label);
    }
    return labels;
  }

  #decodeOne(start: number, stop: number): Label {
    const wire = this.#open(start, stop);
    let key = 0;
    let text = 0;
    let unit = 0;
    let value = 0n;
    while (wire.next()) {
      if (wire.field > 4) continue;
      wire.expect(VARINT, 'a label field');
      if (wire.field === 1) key = wire.signed();
      else if (wire.field === 2) text = wire.signed();
      else if (wire.field === 3) value = wire.int64();
      else unit = wire.signed();
    }
    const name = this.#strings.get(key, 'a label');
    if (text !== 0) return { key: name, value: this.#strings.get(text, 'a label') };
    return unit === 0 ? { key: name, value } : { key: name, value, unit: this.#strings.get(unit, 'a label') };
  }

  #open(start: number, stop: number): Wire {
    this.#wire.position = start;
    this.#wire.end = stop;
    return this.#wire;
  }
}
