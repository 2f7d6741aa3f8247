/** Linear interpolation between the closest ranks. @throws RangeError when there are no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Spread {
  readonly median: number;
  /** Where the true median lies with 95 % probability, whatever the distribution. */
  readonly low: number;
  readonly high: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = cutRank(sorted.length);
  const [low = Number.NaN, high = Number.NaN] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  return { median: median(sorted), low, high, min: Math.min(...sorted), max: Math.max(...sorted) };
}

/** Probability that the interval misses the median on one side. */
const MISS = 0.025;

/**
 * How many values to cut off at either end for a 95 % interval of the median: each value is above it with probability one half, so
 * their number is binomial. Fewer than six values have no such
 * interval: their extremes are taken, which hold the median less often.
 */
function cutRank(count: number): number {
  let probability = 0.5 ** count;
  let sum = probability;
  let rank = 0;
  while (sum + probability * ((count - rank) / (rank + 1)) <= MISS) {
    probability *= (count - rank) / (rank + 1);
    sum += probability;
    rank += 1;
  }
  return rank;
}
