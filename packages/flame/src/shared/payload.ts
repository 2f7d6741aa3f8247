import { decodeColumn, encodeColumn } from './columns.ts';
import type { FunctionFacts } from './frame-text.ts';
import { storeOnce, type ValueLink } from './value-columns.ts';

/** What a page shows, as it lies in the page: functions merged over lines, stacks over functions, samples over equals. */
export interface Payload {
  readonly title: string;
  /** Of the profile compared with; absent: no comparison. */
  readonly baseTitle?: string;
  /** It holds the largest boxes only; the whole follows. */
  readonly isOutline?: true;
  readonly types: readonly PayloadType[];
  /** Index into types: what to show first. */
  readonly defaultType: number;
  readonly functions: PayloadFunctions;
  /** The folder that the service's own files have in common. */
  readonly ownFolder: string;
  readonly labelSets: readonly (readonly PayloadLabel[])[];
  /** What its maker and the reader have to say, for people. */
  readonly notes: readonly string[];
  /** Epoch milliseconds; 0: not known. */
  readonly timeMs: number;
  /** Nanoseconds; 0: not known. */
  readonly durationNs: number;
  /** Call tree: node `i` is function `fn[i]` called from node `parent[i]` (−1: nobody). A parent stands before its children. */
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  /** Samples: what was seen at a node (−1: an empty stack) under a label set. */
  readonly sampleNode: Int32Array;
  readonly sampleLabels: Int32Array;
  /** A column per type. */
  readonly values: readonly ArrayLike<number>[];
  /** The same of the profile compared with; empty without one. */
  readonly baseValues: readonly ArrayLike<number>[];
}

export interface PayloadType {
  readonly type: string;
  readonly unit: string;
}

/** A column per fact, of equal length. */
export interface PayloadFunctions {
  readonly name: readonly string[];
  readonly file: readonly string[];
  readonly line: readonly number[];
  readonly module: readonly string[];
}

/** Function `fn` in full. */
export function factsOf({ name, file, line, module }: PayloadFunctions, fn: number): FunctionFacts {
  return { name: name[fn] ?? '', file: file[fn] ?? '', line: line[fn] ?? 0, module: module[fn] ?? '' };
}

export interface PayloadLabel {
  readonly key: string;
  readonly value: string;
}

type Header = Omit<Payload, 'parent' | 'fn' | 'sampleNode' | 'sampleLabels' | 'values' | 'baseValues'> & {
  /** Parents, functions, samples' nodes, their labels. */
  readonly columns: readonly ColumnSize[];
  /** Values, then those compared with: each a column of what is stored times a factor. CPU time is the count of samples times the period. */
  readonly values: readonly ValueLink[];
  readonly stored: readonly ColumnSize[];
};

type ColumnSize = readonly [length: number, bytes: number];

const HEADER_LENGTH_BYTES = 4;
const NONE = new Int32Array(0);

export function packPayload(payload: Payload): Uint8Array {
  const { parent, fn, sampleNode, sampleLabels, values, baseValues, ...facts } = payload;
  const { links, stored } = storeOnce([...values, ...baseValues]);
  const sizesOf = (columns: readonly ArrayLike<number>[], bytes: readonly Uint8Array[]): ColumnSize[] =>
    columns.map(({ length }, at) => [length, bytes[at]?.length ?? 0]);
  const indices = [toWaysBack(parent), fn, toSteps(sampleNode), sampleLabels];
  const packedIndices = indices.map(encodeColumn);
  const packedValues = stored.map(encodeColumn);
  const header: Header = {
    ...facts,
    columns: sizesOf(indices, packedIndices),
    values: links,
    stored: sizesOf(stored, packedValues),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(HEADER_LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, text.length);
  return join([length, text, ...packedIndices, ...packedValues]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @throws RangeError or SyntaxError when the bytes are not what {@link packPayload} made. */
export function unpackPayload(packed: Uint8Array): Payload {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const start = HEADER_LENGTH_BYTES + view.getUint32(0);
  const text = new TextDecoder().decode(packed.subarray(HEADER_LENGTH_BYTES, start));
  // Parsed edge: our own page, written by packPayload.
  const { columns, values: links, stored: sizes, ...facts } = JSON.parse(text) as Header;
  let at = start;
  const take = <Column extends Int32Array | Float64Array>(bytes: number, column: Column): Column => {
    at += bytes;
    return decodeColumn(packed.subarray(at - bytes, at), column);
  };
  const [parent = NONE, fn = NONE, sampleNode = NONE, sampleLabels = NONE] = columns.map(([length, bytes]) =>
    take(bytes, new Int32Array(length)),
  );
  const stored = sizes.map(([length, bytes]) => take(bytes, new Float64Array(length)));
  const values = links.map((link) => {
    const column = stored[link.stored] ?? new Float64Array(0);
    return link.factor === 1 ? column : column.map((value) => value * link.factor);
  });
  return {
    ...facts,
    parent: fromWaysBack(parent),
    fn,
    sampleNode: fromSteps(sampleNode),
    sampleLabels,
    values: values.slice(0, facts.types.length),
    baseValues: values.slice(facts.types.length),
  };
}

/** Small numbers: a parent as the way back to it, mostly one step. */
function toWaysBack(parent: Int32Array): Int32Array {
  return parent.map((above, at) => at - above);
}

/** In place. */
function fromWaysBack(ways: Int32Array): Int32Array {
  for (let at = 0; at < ways.length; at += 1) ways[at] = at - (ways[at] ?? 0);
  return ways;
}

/** Small numbers: each as the way from the one before. */
function toSteps(column: Int32Array): Int32Array {
  const steps = new Int32Array(column.length);
  for (let at = 0, before = 0; at < steps.length; at += 1) {
    const value = column[at] ?? 0;
    steps[at] = value - before;
    before = value;
  }
  return steps;
}

/** In place. */
function fromSteps(steps: Int32Array): Int32Array {
  for (let at = 1; at < steps.length; at += 1) steps[at] = (steps[at] ?? 0) + (steps[at - 1] ?? 0);
  return steps;
}
