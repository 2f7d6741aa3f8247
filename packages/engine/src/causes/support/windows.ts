export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Nanoseconds that two sets of windows share; each set is disjoint. */
export function overlapOf(a: readonly Window[], b: readonly Window[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += Math.max(0, Math.min(x.end, y.end) - Math.max(x.start, y.start));
  return sum;
}
