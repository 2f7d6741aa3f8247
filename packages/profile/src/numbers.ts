const WHOLE = /^-?\d{1,19}$/;
const MOST = 2n ** 63n - 1n;

/** A whole decimal number that fits into 64 bits, as samples hold them; undefined for anything else. */
export function readWhole(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  const value = BigInt(text);
  return value > MOST || value < -MOST - 1n ? undefined : value;
}
