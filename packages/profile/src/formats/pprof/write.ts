const FIRST_BYTES = 4096;
const LOW_BITS = 0x7fn;

/** UTF-8 by hand: the room knows neither Node nor the DOM, and most strings are ASCII. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Writes protobuf into memory that grows. A value of 0 is what an absent field means and is left out. */
export class Writer {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const longer = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    longer.set(this.#bytes);
    this.#bytes = longer;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A signed or unsigned 64-bit integer. */
  varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    if (rest <= 0x7fffffffn) {
      this.varint(Number(rest));
      return;
    }
    this.#reserve(10);
    while (rest > LOW_BITS) {
      this.#bytes[this.#length++] = Number(rest & LOW_BITS) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  number(field: number, value: number): void {
    if (value === 0) return;
    this.varint(field * 8);
    if (value > 0 && Number.isSafeInteger(value)) this.varint(value);
    else this.varint64(BigInt(Math.trunc(value)));
  }

  bigint(field: number, value: bigint): void {
    if (value === 0n) return;
    this.varint(field * 8);
    this.varint64(value);
  }

  flag(field: number, value: boolean): void {
    if (value) this.number(field, 1);
  }

  /** A nested message, a packed run or a string; written even when empty. */
  bytes(field: number, bytes: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  text(field: number, text: string): void {
    this.bytes(field, new TextEncoder().encode(text));
  }
}
