import { StackTree } from '../../build/stack-tree.ts';
import { HIGH, LOW, toWords } from '../../build/words.ts';
import { broken, tooLarge } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Label, SampleTable, StackTable } from '../../profile.ts';
import { KeyBatch } from './key-batch.ts';
import { LabelReader, TIME_LABEL } from './labels.ts';
import { type Outline, SAMPLE } from './outline.ts';
import type { Strings } from './strings.ts';
import type { Symbols } from './symbols.ts';
import { BYTES, VARINT, Wire } from './wire.ts';

interface Samples {
  readonly stacks: StackTable;
  readonly samples: SampleTable;
  readonly labelSets: readonly (readonly Label[])[];
}

interface Source {
  readonly bytes: Uint8Array;
  readonly outline: Outline;
  readonly strings: Strings;
  readonly symbols: Symbols;
}

/**
 * Decodes all samples into columns. Where every sample has a time, the times become a column instead of a label set per sample.
 */
export function readSamples(source: Source): Samples {
  const types = source.outline.sampleTypes.length;
  if (types === 0 && source.outline.samples > 0) throw broken('pprof', 'its head', 'samples without sample types');
  if (source.outline.samples * types > LIMITS.values) {
    throw tooLarge('values', LIMITS.values, 'take a shorter profile');
  }
  const timeLabel = source.outline.time === 0n ? -1 : source.strings.indexOf(TIME_LABEL);
  const timed = timeLabel < 0 ? undefined : new SampleReader(source, timeLabel).readAll();
  return timed ?? new SampleReader(source, -1).readAll() ?? assertRead();
}

function assertRead(): never {
  throw new Error('without times to lift, reading never gives up');
}

class SampleReader {
  readonly #source: Source;
  readonly #types: number;
  readonly #timeLabel: number;
  readonly #tree: StackTree;
  readonly #paths: KeyBatch;
  readonly #labelReader: LabelReader;
  readonly #wire: Wire;
  readonly #inner: Wire;
  readonly #packed: Wire;
  readonly #stack: Int32Array;
  readonly #labels: Int32Array;
  readonly #values: BigInt64Array;
  readonly #words: Int32Array;
  readonly #at: Float64Array;
  /** Locations of the sample at hand, leaf first; grows. */
  #path = new Int32Array(1024);
  #depth = 0;

  /** @param timeLabel Index of {@link TIME_LABEL}; −1: times stay labels. */
  constructor(source: Source, timeLabel: number) {
    const { samples, sampleTypes, samplesStart, samplesStop } = source.outline;
    this.#source = source;
    this.#types = sampleTypes.length;
    this.#timeLabel = timeLabel;
    this.#tree = new StackTree(Math.ceil((samplesStop - samplesStart) / BYTES_PER_NODE));
    this.#paths = new KeyBatch(source.bytes);
    this.#wire = new Wire(source.bytes, samplesStart, samplesStop);
    this.#inner = new Wire(source.bytes);
    this.#packed = new Wire(source.bytes);
    this.#stack = new Int32Array(samples);
    this.#labels = new Int32Array(samples);
    this.#labelReader = new LabelReader(source.bytes, source.strings, timeLabel, source.outline.time, this.#labels);
    this.#values = new BigInt64Array(samples * this.#types);
    this.#words = toWords(this.#values);
    this.#at = new Float64Array(timeLabel < 0 ? 0 : samples);
  }

  /** Undefined when not every sample has one time. */
  readAll(): Samples | undefined {
    const wire = this.#wire;
    let index = 0;
    while (wire.next()) {
      if (wire.field !== SAMPLE) continue;
      this.#readOne(index, wire.start, wire.stop);
      if (this.#timeLabel >= 0 && !this.#keepTime(index)) return undefined;
      index++;
    }
    this.#resolvePaths();
    this.#labelReader.resolve();
    return {
      stacks: this.#tree.toTable(),
      samples: {
        stack: this.#stack,
        values: this.#values,
        labels: this.#labels,
        ...(this.#timeLabel >= 0 && { at: this.#at }),
      },
      labelSets: this.#labelReader.labelSets.sets,
    };
  }

  #readOne(index: number, start: number, stop: number): void {
    const inner = this.#inner;
    inner.position = start;
    inner.end = stop;
    this.#labelReader.begin();
    let tag = start;
    let values = 0;
    let chunks = 0;
    let from = 0;
    let to = 0;
    while (inner.next()) {
      if (inner.field === 1) {
        chunks++;
        if (inner.kind === BYTES && chunks === 1) {
          from = inner.start;
          to = inner.stop;
        } else chunks = SCATTERED;
      } else if (inner.field === 2) values = this.#readValues(index, values);
      else if (inner.field === 3) this.#labelReader.note(inner, tag);
      tag = inner.position;
    }
    if (values !== this.#types) throw this.#wrong(index, `${values} values for ${this.#types} sample types`);
    if (chunks === 0) this.#stack[index] = -1;
    else if (chunks >= SCATTERED) this.#stack[index] = this.#gatherStack(index, start, stop);
    else {
      if (this.#paths.full) this.#resolvePaths();
      this.#paths.push(index, from, to);
    }
    this.#labelReader.finish(index, start, stop);
  }

  /** Stacks of packed runs of location ids, which is the common case. */
  #resolvePaths(): void {
    this.#paths.resolve(this.#stack, (start, stop, index) => {
      this.#depth = 0;
      this.#readPath(index, start, stop);
      return this.#insertPath();
    });
  }

  /** Writes the values of one field behind the `count` that were already there; returns how many there are now. */
  #readValues(index: number, count: number): number {
    const inner = this.#inner;
    if (inner.kind === VARINT) {
      this.#putValue(index, count, inner);
      return count + 1;
    }
    inner.expect(BYTES, 'a value');
    const { end, position } = inner;
    inner.end = inner.stop;
    inner.position = inner.start;
    let written = count;
    while (inner.position < inner.end) {
      inner.varint();
      this.#putValue(index, written++, inner);
    }
    inner.end = end;
    inner.position = position;
    return written;
  }

  #putValue(index: number, type: number, { low, high }: Wire): void {
    if (type >= this.#types) throw this.#wrong(index, `more values than the ${this.#types} sample types`);
    const word = (index * this.#types + type) * 2;
    this.#words[word + LOW] = low;
    this.#words[word + HIGH] = high;
  }

  /** The same for ids that lie unpacked or in several fields, as old writers leave them. */
  #gatherStack(index: number, start: number, stop: number): number {
    const fields = new Wire(this.#source.bytes, start, stop);
    this.#depth = 0;
    while (fields.next()) {
      if (fields.field !== 1) continue;
      if (fields.kind === VARINT) this.#pushLocation(index, fields);
      else {
        fields.expect(BYTES, 'a location id');
        this.#readPath(index, fields.start, fields.stop);
      }
    }
    return this.#insertPath();
  }

  #readPath(index: number, start: number, stop: number): void {
    const packed = this.#packed;
    packed.position = start;
    packed.end = stop;
    while (packed.position < stop) {
      packed.varint();
      this.#pushLocation(index, packed);
    }
  }

  #pushLocation(index: number, wire: Wire): void {
    const location = this.#source.symbols.locate(wire);
    if (location < 0) throw this.#wrong(index, `location ${wire.id()}, which is not there,`);
    if (this.#depth === this.#path.length) {
      if (this.#depth >= LIMITS.stackNodes) throw tooLarge('stack frames', LIMITS.stackNodes, 'it is no real stack');
      const longer = new Int32Array(this.#path.length * 2);
      longer.set(this.#path);
      this.#path = longer;
    }
    this.#path[this.#depth++] = location;
  }

  #insertPath(): number {
    const { starts, runs } = this.#source.symbols;
    let stack = -1;
    for (let i = this.#depth - 1; i >= 0; i--) {
      const location = this.#path[i] ?? 0;
      const stop = starts[location + 1] ?? 0;
      for (let at = starts[location] ?? 0; at < stop; at++) stack = this.#tree.child(stack, runs[at] ?? 0);
    }
    return stack;
  }

  /** False when the sample's time is not there, or so far from the profile's that a number would not hold it. */
  #keepTime(index: number): boolean {
    const { since } = this.#labelReader;
    if (since === undefined || !Number.isSafeInteger(since)) return false;
    this.#at[index] = since;
    return true;
  }

  #wrong(index: number, what: string): Error {
    return broken('pprof', `sample ${index + 1} of ${this.#source.outline.samples}`, what);
  }
}

/** Room made for stack nodes; a distinct stack of 40 frames is some 80 bytes and shares half of them with others. It grows. */
const BYTES_PER_NODE = 24;

/** More than any number of fields a sample has: its location ids do not lie in one packed run. */
const SCATTERED = 2 ** 30;
