/**
 * Nanoseconds relative to the recording's origin, always an integer.
 * A double holds integers exactly up to 2^53, which is 104 days of nanoseconds.
 */
export type Ns = number & { readonly __unit: 'ns' };

export const ZERO_NS = 0 as Ns;

/** Brands a number of nanoseconds; rounds, because a ledger can only sum exactly over integers. */
export function ns(value: number): Ns {
  return Math.round(value) as Ns;
}

export function msToNs(ms: number): Ns {
  return Math.round(ms * 1e6) as Ns;
}

/** Milliseconds for a person or a JSON document; keeps every nanosecond, so that sums still hold. */
export function nsToMs(value: number): number {
  return value / 1e6;
}
