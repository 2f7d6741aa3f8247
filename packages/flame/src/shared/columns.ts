/**
 * Columns of whole numbers as bytes: small numbers take one. Doubles throughout, no bit operations: exact up to 2^53, beyond it
 * as near as a double comes.
 */

/** Highest value of seven bits, plus one. */
const GROUP = 128;
/** A double of 1024 bits in groups of seven, rounded up: no number takes more bytes. */
const MOST_BYTES = 147;

export function encodeColumn(values: ArrayLike<number>): Uint8Array {
  let bytes = new Uint8Array(values.length * 2 + MOST_BYTES);
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (at + MOST_BYTES > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const value = values[index] ?? 0;
    // Zigzag: the sign in the lowest bit.
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= GROUP) {
      bytes[at] = (rest % GROUP) + GROUP;
      at += 1;
      rest = Math.floor(rest / GROUP);
    }
    bytes[at] = rest;
    at += 1;
  }
  return bytes.slice(0, at);
}

/**
 * Fills a column with what {@link encodeColumn} wrote.
 * @throws RangeError when the bytes end within the column: the file was cut.
 */
export function decodeColumn<Column extends Int32Array | Float64Array>(bytes: Uint8Array, values: Column): Column {
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    const byte = bytes[at] ?? cutOff();
    // Nearly all numbers are one byte or two: no doubles then.
    if (byte < GROUP) {
      values[index] = (byte >>> 1) ^ -(byte & 1);
      at += 1;
      continue;
    }
    const next = bytes[at + 1] ?? cutOff();
    at += 2;
    if (next < GROUP) {
      const small = (byte & (GROUP - 1)) | (next * GROUP);
      values[index] = (small >>> 1) ^ -(small & 1);
      continue;
    }
    let value = (byte % GROUP) + (next % GROUP) * GROUP;
    let scale = GROUP * GROUP;
    for (let more = next; more >= GROUP; at += 1) {
      more = bytes[at] ?? cutOff();
      value += (more % GROUP) * scale;
      scale *= GROUP;
    }
    values[index] = value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
  return values;
}

function cutOff(): never {
  throw new RangeError('the profile in this page is cut off: write the page anew');
}
