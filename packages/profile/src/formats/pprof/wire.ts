import { broken, type ProfileError } from '../../errors.ts';

/** Kinds of field on the wire; 3 and 4 (groups, which nest) are as old as protobuf 1 and in no profile. */
export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** A byte that another one follows. */
const LONG = 0x80;
/** A varint of 64 bits has at most ten bytes. */
const LAST_SHIFT = 63;
const TWO_TO_32 = 2 ** 32;

/**
 * Reads protobuf from `position` up to `end`. Every read checks its bounds: a length that leaves its message is an error before
 * anything is allocated.
 */
export class Wire {
  readonly bytes: Uint8Array;
  position: number;
  end: number;
  /** Of the field that {@link next} found. */
  field = 0;
  kind = 0;
  /** The last varint's 64 bits, as two unsigned halves. */
  low = 0;
  high = 0;
  /** The last length-delimited field: from here up to `stop`. */
  start = 0;
  stop = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Reads the next field, value and all: {@link low} and {@link high}, or {@link start} and {@link stop}. False at the end. */
  next(): boolean {
    const { bytes, position, end } = this;
    if (position >= end) return false;
    // Nearly all there is: a message or a run of less than 16 kB in one of the first 15 fields.
    const tag = bytes[position] ?? 0;
    if (tag >= 8 && tag < 0x80 && (tag & 7) === BYTES) {
      let length = bytes[position + 1] ?? LONG;
      let start = position + 2;
      const more = bytes[start] ?? LONG;
      if (length >= 0x80 && more < 0x80) {
        length = (length & 0x7f) | (more << 7);
        start++;
      } else if (length >= 0x80) return this.#nextOther();
      if (start + length <= end) {
        this.field = tag >> 3;
        this.kind = BYTES;
        this.start = start;
        this.stop = start + length;
        this.position = this.stop;
        return true;
      }
    }
    return this.#nextOther();
  }

  #nextOther(): boolean {
    const at = this.position;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.kind = tag & 7;
    if (this.field === 0) throw this.error('a field without a number', at);
    switch (this.kind) {
      case VARINT:
        this.varint();
        return true;
      case BYTES:
        this.#delimit(this.varint(), at);
        return true;
      case FIXED64:
        this.#delimit(8, at);
        return true;
      case FIXED32:
        this.#delimit(4, at);
        return true;
      default:
        throw this.error(`a field of unknown kind ${this.kind}`, at);
    }
  }

  #delimit(length: number, at: number): void {
    this.start = this.position;
    this.stop = this.position + length;
    if (this.stop > this.end) {
      throw this.error(`a field of ${length} bytes where ${this.end - this.start} are left`, at);
    }
    this.position = this.stop;
  }

  /** A varint as a number: exact below 2^53, and {@link low} and {@link high} always. */
  varint(): number {
    const { bytes, position, end } = this;
    if (position + 4 > end) return this.#longVarint();
    let value = bytes[position] ?? 0;
    let length = 1;
    if (value >= 0x80) {
      const second = bytes[position + 1] ?? 0;
      value = (value & 0x7f) | (second << 7);
      length = 2;
      if (second >= 0x80) {
        const third = bytes[position + 2] ?? 0;
        value = (value & 0x3fff) | (third << 14);
        length = 3;
        if (third >= 0x80) {
          const fourth = bytes[position + 3] ?? 0;
          if (fourth >= 0x80) return this.#longVarint();
          value = (value & 0x1fffff) | (fourth << 21);
          length = 4;
        }
      }
    }
    this.position = position + length;
    this.low = value;
    this.high = 0;
    return value;
  }

  #longVarint(): number {
    const { bytes, end } = this;
    const at = this.position;
    let position = at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift <= LAST_SHIFT; shift += 7) {
      if (position >= end) throw this.error('a number that is cut off', at);
      const byte = bytes[position++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.position = position;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return this.high * TWO_TO_32 + this.low;
      }
    }
    throw this.error('a number of more than ten bytes', at);
  }

  /** The last varint as a signed 64-bit integer, exact. */
  int64(): bigint {
    if (this.high === 0) return BigInt(this.low);
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low));
  }

  /** The last varint as an unsigned 64-bit integer, exact. */
  uint64(): bigint {
    return BigInt.asUintN(64, this.int64());
  }

  /** The last varint as a signed number, for lines and columns: exact below 2^53. */
  signed(): number {
    return this.high === 0 ? this.low : Number(this.int64());
  }

  /** The last varint as a key: a number where that is exact, so that small ids stay cheap. */
  id(): number | bigint {
    return this.high < 2 ** 21 ? this.high * TWO_TO_32 + this.low : this.uint64();
  }

  /** A reader of the last length-delimited field. */
  inner(): Wire {
    return new Wire(this.bytes, this.start, this.stop);
  }

  /** @throws ProfileError unless the last field is of this kind. */
  expect(kind: number, name: string): void {
    if (this.kind !== kind) throw this.error(`${name} of the wrong kind ${this.kind}`);
  }

  error(what: string, at = this.position): ProfileError {
    return broken('pprof', `byte ${at} of ${this.bytes.length}`, what, 'it may be cut off or damaged: fetch it again');
  }
}
