import { broken, tooLarge } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Frame, Mapping } from '../../profile.ts';
import type { Outline, Spans } from './outline.ts';
import type { Strings } from './strings.ts';
import { BYTES, VARINT, type Wire } from './wire.ts';

type Id = number | bigint;

/** A location is a run of frames: the function that has a call of its own, then what the compiler put into it. */
export interface Symbols {
  readonly frames: readonly Frame[];
  readonly mappings: readonly Mapping[];
  /** Index of the location whose id is the last varint; −1: there is none. */
  locate(id: Wire): number;
  /** Location i is `runs[starts[i]]` up to `runs[starts[i + 1]]`, outermost frame first. */
  readonly starts: Int32Array;
  readonly runs: Int32Array;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface FunctionFacts {
  readonly name: string;
  readonly systemName: string;
  readonly file: string;
  readonly startLine: number;
}

interface Line {
  function: Id;
  line: number;
  column: number;
}

/** A message's varint fields by number; what is absent is 0. The array is used again for each message. */
class Fields {
  readonly ids: Id[] = [];
  readonly signed: number[] = [];

  read(wire: Wire, last: number, what: string, onBytes?: (field: number, inner: Wire) => void): void {
    this.ids.fill(0, 0, last + 1);
    this.signed.fill(0, 0, last + 1);
    while (wire.next()) {
      if (wire.field > last) continue;
      if (onBytes && wire.kind === BYTES) onBytes(wire.field, wire.inner());
      else {
        wire.expect(VARINT, what);
        this.ids[wire.field] = wire.id();
        this.signed[wire.field] = wire.signed();
      }
    }
  }

  id(field: number): Id {
    return this.ids[field] ?? 0;
  }

  number(field: number): number {
    return this.signed[field] ?? 0;
  }

  bigint(field: number): bigint {
    return BigInt(this.ids[field] ?? 0);
  }

  flag(field: number): boolean {
    return this.number(field) !== 0;
  }
}

export function readSymbols(bytes: Uint8Array, outline: Outline, strings: Strings): Symbols {
  const mappings = readTable(bytes, outline.mappings, 'mapping', (wire, fields) => readMapping(wire, fields, strings));
  const functions = readTable(bytes, outline.functions, 'function', (wire, fields) => {
    return readFunction(wire, fields, strings);
  });
  const reader = new LocationReader(mappings, functions);
  const indices = new Map<Id, number>();
  const fields = new Fields();
  for (const wire of outline.locations.open(bytes)) {
    const id = reader.read(wire, fields);
    checkId(id, indices, 'location');
    indices.set(id, indices.size);
  }
  reader.starts.push(reader.runs.length);
  return {
    frames: reader.frames,
    mappings: [...mappings.values()],
    locate: makeLookup(indices),
    starts: Int32Array.from(reader.starts),
    runs: Int32Array.from(reader.runs),
  };
}

function readTable<T>(
  bytes: Uint8Array,
  spans: Spans,
  what: string,
  read: (wire: Wire, fields: Fields) => T,
): ReadonlyMap<Id, T> {
  const table = new Map<Id, T>();
  const fields = new Fields();
  for (const wire of spans.open(bytes)) {
    const row = read(wire, fields);
    const id = fields.id(1);
    checkId(id, table, what);
    table.set(id, row);
  }
  return table;
}

function checkId(id: Id, table: ReadonlyMap<Id, unknown>, what: string): void {
  if (id === 0) throw broken('pprof', `${what} number ${table.size + 1}`, 'the reserved id 0');
  if (table.has(id)) throw broken('pprof', `${what} number ${table.size + 1}`, `id ${id} a second time`);
}

function readMapping(wire: Wire, fields: Fields, strings: Strings): Mapping {
  fields.read(wire, 10, 'a mapping field');
  return {
    start: fields.bigint(2),
    limit: fields.bigint(3),
    offset: fields.bigint(4),
    file: strings.get(fields.number(5), 'a mapping'),
    buildId: strings.get(fields.number(6), 'a mapping'),
    hasFunctions: fields.flag(7),
    hasFilenames: fields.flag(8),
    hasLineNumbers: fields.flag(9),
    hasInlineFrames: fields.flag(10),
  };
}

function readFunction(wire: Wire, fields: Fields, strings: Strings): FunctionFacts {
  fields.read(wire, 5, 'a function field');
  return {
    name: strings.get(fields.number(2), 'a function'),
    systemName: strings.get(fields.number(3), 'a function'),
    file: strings.get(fields.number(4), 'a function'),
    startLine: fields.number(5),
  };
}

/** Makes frames of locations; those that agree in everything are one. */
class LocationReader {
  readonly frames: Frame[] = [];
  readonly starts: number[] = [];
  readonly runs: number[] = [];
  readonly #frameIds = new Map<string, number>();
  readonly #mappings: ReadonlyMap<Id, Mapping>;
  readonly #functions: ReadonlyMap<Id, FunctionFacts>;
  readonly #lineFields = new Fields();
  /** Of the location at hand, innermost first; used again for each. */
  readonly #lines: Line[] = [];

  constructor(mappings: ReadonlyMap<Id, Mapping>, functions: ReadonlyMap<Id, FunctionFacts>) {
    this.#mappings = mappings;
    this.#functions = functions;
  }

  /** Returns the location's id. */
  read(wire: Wire, fields: Fields): Id {
    let lines = 0;
    fields.read(wire, 5, 'a location field', (field, inner) => {
      if (field === 4) this.#readLine(inner, lines++);
    });
    this.starts.push(this.runs.length);
    const outermost = lines - 1;
    if (outermost < 0) this.#add(fields, undefined, false);
    for (let i = outermost; i >= 0; i--) this.#add(fields, this.#lines[i], i !== outermost);
    return fields.id(1);
  }

  #readLine(wire: Wire, index: number): void {
    this.#lineFields.read(wire, 3, 'a line field');
    let line = this.#lines[index];
    if (!line) {
      line = { function: 0, line: 0, column: 0 };
      this.#lines.push(line);
    }
    line.function = this.#lineFields.id(1);
    line.line = this.#lineFields.number(2);
    line.column = this.#lineFields.number(3);
  }

  #add(location: Fields, line: Line | undefined, inlined: boolean): void {
    const address = location.id(3);
    const mappingId = location.id(2);
    const folded = location.flag(5);
    const key = `${line?.function}:${line?.line}:${line?.column}:${inlined}:${address}:${mappingId}:${folded}`;
    let index = this.#frameIds.get(key);
    if (index === undefined) {
      if (this.frames.length >= LIMITS.frames) throw tooLarge('frames', LIMITS.frames, 'take a shorter profile');
      const facts = line && this.#functionOf(line, location.id(1));
      const mapping = this.#mappings.get(mappingId);
      index = this.frames.push(makeFrame(facts, line, mapping, inlined, address, folded)) - 1;
      this.#frameIds.set(key, index);
    }
    this.runs.push(index);
  }

  #functionOf(line: Line, location: Id): FunctionFacts {
    const facts = this.#functions.get(line.function);
    if (!facts) throw broken('pprof', `location ${location}`, `function ${line.function}, which is not there,`);
    return facts;
  }
}

function makeFrame(
  facts: FunctionFacts | undefined,
  line: Line | undefined,
  mapping: Mapping | undefined,
  inlined: boolean,
  address: Id,
  folded: boolean,
): Frame {
  const frame: Mutable<Frame> = {
    name: facts?.name ?? '',
    file: facts?.file ?? '',
    line: line?.line ?? 0,
    column: line?.column ?? 0,
    startLine: facts?.startLine ?? 0,
    module: mapping?.file ?? '',
    inlined,
  };
  // One by one: spreading what is there or not takes longer than all the rest of a frame.
  // A function without any name still is a line, which a location without lines is not.
  if (facts && (facts.systemName !== facts.name || facts.name === '')) frame.systemName = facts.systemName;
  if (mapping) frame.mapping = mapping;
  if (address !== 0) frame.address = BigInt(address);
  if (folded) frame.folded = folded;
  return frame;
}

/** Ids mostly count from 1: an array then, and a map only where they do not. */
function makeLookup(indices: ReadonlyMap<Id, number>): (id: Wire) => number {
  const room = indices.size * 4 + 1024;
  for (const id of indices.keys()) {
    if (typeof id === 'bigint' || id >= room) return (wanted) => indices.get(wanted.id()) ?? -1;
  }
  const dense = new Int32Array(room).fill(-1);
  for (const [id, index] of indices) dense[Number(id)] = index;
  return ({ low, high }) => (high === 0 && low < room ? (dense[low] ?? -1) : -1);
}
