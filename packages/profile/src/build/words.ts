/** Of the two 32-bit halves of a 64-bit column's value, which lies first. */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
export const LOW = LITTLE_ENDIAN ? 0 : 1;
export const HIGH = 1 - LOW;

const TWO_TO_32 = 2 ** 32;

/** A 64-bit column as halves: reading numbers so makes no BigInt, which is ten times the rest of a sum over a million samples. */
export function toWords(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Value `index` as a number: exact up to 2^53, rounded beyond. */
export function numberAt(words: Int32Array, index: number): number {
  return (words[index * 2 + HIGH] ?? 0) * TWO_TO_32 + ((words[index * 2 + LOW] ?? 0) >>> 0);
}
