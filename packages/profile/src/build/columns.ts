import { tooLarge } from '../errors.ts';

const FIRST_LENGTH = 1024;

type Column = Int32Array | Float64Array | BigInt64Array;

/** A longer copy of a column that is full; doubling, so that growing costs each value one copy. */
export function lengthen<C extends Column>(column: C, make: (length: number) => C): C {
  const longer = make(Math.max(FIRST_LENGTH, column.length * 2));
  // The three kinds differ in their element type, which TypeScript cannot follow through the type parameter.
  (longer as { set(from: C): void }).set(column);
  return longer;
}

/** A column of 32-bit integers that grows. */
export class Int32Column {
  #values: Int32Array;
  #length = 0;
  readonly #limit: number;
  readonly #what: string;

  /** @param what What it holds, for the error once there are more than `limit`. */
  constructor(what: string, limit: number) {
    this.#values = new Int32Array(Math.min(FIRST_LENGTH, limit));
    this.#what = what;
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      if (this.#length >= this.#limit) throw tooLarge(this.#what, this.#limit, 'take a shorter profile');
      this.#values = lengthen(this.#values, (length) => new Int32Array(Math.min(length, this.#limit)));
    }
    this.#values[this.#length++] = value;
  }

  /** What was pushed, without the room to grow. */
  toArray(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
