import { Int32Column } from '../../build/columns.ts';
import { broken, tooLarge } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { BYTES, VARINT, Wire } from './wire.ts';

/** Where messages of one kind lie: from `starts[i]` up to `stops[i]`. */
export class Spans {
  readonly starts: Int32Column;
  readonly stops: Int32Column;

  constructor(what: string, limit: number) {
    this.starts = new Int32Column(what, limit);
    this.stops = new Int32Column(what, limit);
  }

  add(wire: Wire): void {
    this.starts.push(wire.start);
    this.stops.push(wire.stop);
  }

  get length(): number {
    return this.starts.length;
  }

  /** A reader for each, in order. */
  *open(bytes: Uint8Array): Generator<Wire> {
    const starts = this.starts.toArray();
    const stops = this.stops.toArray();
    for (let i = 0; i < starts.length; i++) yield new Wire(bytes, starts[i], stops[i]);
  }
}

/** What lies where in a pprof file, and its plain fields. Strings are indices into the string table. */
export interface Outline {
  readonly sampleTypes: Spans;
  readonly mappings: Spans;
  readonly locations: Spans;
  readonly functions: Spans;
  readonly strings: Spans;
  readonly periodTypes: Spans;
  readonly comments: Int32Column;
  samples: number;
  /** The stretch of the file that holds all samples. */
  samplesStart: number;
  samplesStop: number;
  time: bigint;
  duration: bigint;
  period: bigint;
  dropFrames: number;
  keepFrames: number;
  defaultType: number;
  docUrl: number;
}

function emptyOutline(): Outline {
  return {
    sampleTypes: new Spans('sample types', LIMITS.sampleTypes),
    mappings: new Spans('mappings', LIMITS.frames),
    locations: new Spans('locations', LIMITS.frames),
    functions: new Spans('functions', LIMITS.frames),
    strings: new Spans('strings', LIMITS.strings),
    periodTypes: new Spans('period types', LIMITS.sampleTypes),
    comments: new Int32Column('comments', LIMITS.labels),
    samples: 0,
    samplesStart: 0,
    samplesStop: 0,
    time: 0n,
    duration: 0n,
    period: 0n,
    dropFrames: 0,
    keepFrames: 0,
    defaultType: 0,
    docUrl: 0,
  };
}

/**
 * Goes over the top level once; fields may come in any order, and the string table comes last.
 * Field numbers: github.com/google/pprof/proto/profile.proto.
 */
export function outlineProfile(bytes: Uint8Array): Outline {
  const outline = emptyOutline();
  const wire = new Wire(bytes);
  let at = 0;
  while (wire.next()) {
    if (wire.field === SAMPLE) {
      wire.expect(BYTES, 'a sample');
      if (outline.samples === 0) outline.samplesStart = at;
      outline.samples++;
      outline.samplesStop = wire.position;
    } else if (wire.field === COMMENT) readComments(wire, outline.comments);
    else noteField(wire, outline);
    at = wire.position;
  }
  if (outline.samples > LIMITS.samples) throw tooLarge('samples', LIMITS.samples, 'take a shorter profile');
  return outline;
}

export const SAMPLE = 2;
const COMMENT = 13;
const LAST_FIELD = 15;

function tableOf(field: number, outline: Outline): Spans | undefined {
  switch (field) {
    case 1:
      return outline.sampleTypes;
    case 3:
      return outline.mappings;
    case 4:
      return outline.locations;
    case 5:
      return outline.functions;
    case 6:
      return outline.strings;
    case 11:
      return outline.periodTypes;
  }
  return undefined;
}

function noteField(wire: Wire, outline: Outline): void {
  if (wire.field > LAST_FIELD) return;
  const table = tableOf(wire.field, outline);
  if (table) {
    wire.expect(BYTES, `a message of field ${wire.field}`);
    table.add(wire);
    return;
  }
  wire.expect(VARINT, `a number of field ${wire.field}`);
  switch (wire.field) {
    case 7:
      outline.dropFrames = wire.signed();
      break;
    case 8:
      outline.keepFrames = wire.signed();
      break;
    case 9:
      // As Go's reader does: a second time is how two profiles written one after another show.
      if (outline.time !== 0n) {
        throw broken('pprof', `byte ${wire.position}`, 'two profiles in one file', 'give them as two files');
      }
      outline.time = wire.int64();
      break;
    case 10:
      outline.duration = wire.int64();
      break;
    case 12:
      outline.period = wire.int64();
      break;
    case 14:
      outline.defaultType = wire.signed();
      break;
    case 15:
      outline.docUrl = wire.signed();
      break;
  }
}

function readComments(wire: Wire, comments: Int32Column): void {
  if (wire.kind === VARINT) {
    comments.push(wire.signed());
    return;
  }
  wire.expect(BYTES, 'a comment');
  const packed = wire.inner();
  while (packed.position < packed.end) {
    packed.varint();
    comments.push(packed.signed());
  }
}
