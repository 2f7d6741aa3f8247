import { decodeColumn, encodeColumn } from './columns.ts';

/** What a page shows, as it lies in the page: functions merged over lines, stacks over functions, samples over equals. */
export interface Payload {
  readonly title: string;
  /** Of the profile compared with; absent: no comparison. */
  readonly baseTitle?: string;
  readonly types: readonly PayloadType[];
  /** Index into types: what to show first. */
  readonly defaultType: number;
  readonly functions: PayloadFunctions;
  readonly labelSets: readonly (readonly PayloadLabel[])[];
  /** What its maker and the reader have to say, for people. */
  readonly notes: readonly string[];
  /** Epoch milliseconds; 0: not known. */
  readonly timeMs: number;
  /** Nanoseconds; 0: not known. */
  readonly durationNs: number;
  /** Call tree: node `i` is function `fn[i]` called from node `parent[i]` (−1: nobody). A parent stands before its children. */
  readonly parent: ArrayLike<number>;
  readonly fn: ArrayLike<number>;
  /** Samples: what was seen at a node (−1: an empty stack) under a label set. */
  readonly sampleNode: ArrayLike<number>;
  readonly sampleLabels: ArrayLike<number>;
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

export interface PayloadLabel {
  readonly key: string;
  readonly value: string;
}

type Header = Omit<Payload, 'parent' | 'fn' | 'sampleNode' | 'sampleLabels' | 'values' | 'baseValues'> & {
  /** Numbers in, and bytes of, each column, in the order of {@link listColumns}. */
  readonly columns: readonly (readonly [length: number, bytes: number])[];
};

const HEADER_LENGTH_BYTES = 4;

export function packPayload(payload: Payload): Uint8Array {
  const { parent, fn, sampleNode, sampleLabels, values, baseValues, ...facts } = payload;
  const all = [toSteps(parent, true), fn, toSteps(sampleNode, false), sampleLabels, ...values, ...baseValues];
  const columns = all.map((column) => encodeColumn(column));
  const header: Header = { ...facts, columns: columns.map((bytes, at) => [all[at]?.length ?? 0, bytes.length]) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = columns.reduce((sum, { length }) => sum + length, HEADER_LENGTH_BYTES + text.length);
  const packed = new Uint8Array(size);
  new DataView(packed.buffer).setUint32(0, text.length);
  packed.set(text, HEADER_LENGTH_BYTES);
  let at = HEADER_LENGTH_BYTES + text.length;
  for (const column of columns) {
    packed.set(column, at);
    at += column.length;
  }
  return packed;
}

/** @throws RangeError or SyntaxError when the bytes are not what {@link packPayload} made. */
export function unpackPayload(packed: Uint8Array): Payload {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const start = HEADER_LENGTH_BYTES + view.getUint32(0);
  const text = new TextDecoder().decode(packed.subarray(HEADER_LENGTH_BYTES, start));
  // Parsed edge: our own page, written by packPayload.
  const { columns: sizes, ...facts } = JSON.parse(text) as Header;
  let at = start;
  const columns = sizes.map(([length, bytes]) => {
    const column = decodeColumn(packed.subarray(at, at + bytes), length);
    at += bytes;
    return column;
  });
  const [parent = [], fn = [], sampleNode = [], sampleLabels = [], ...rest] = columns;
  const values = rest.slice(0, facts.types.length);
  return {
    ...facts,
    parent: fromSteps(parent, true),
    fn,
    sampleNode: fromSteps(sampleNode, false),
    sampleLabels,
    values,
    baseValues: rest.slice(facts.types.length),
  };
}

/** Small numbers: a parent as the way back to it, a sample's node as the way from the sample before. */
function toSteps(column: ArrayLike<number>, fromIndex: boolean): Float64Array {
  return Float64Array.from({ length: column.length }, (_, at) => {
    const value = column[at] ?? 0;
    return fromIndex ? at - value : value - (at === 0 ? 0 : (column[at - 1] ?? 0));
  });
}

function fromSteps(steps: ArrayLike<number>, fromIndex: boolean): Int32Array {
  const column = new Int32Array(steps.length);
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at] ?? 0;
    column[at] = fromIndex ? at - step : step + (at === 0 ? 0 : (column[at - 1] ?? 0));
  }
  return column;
}
