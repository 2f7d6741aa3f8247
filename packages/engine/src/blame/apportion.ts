/**
 * Divides an integer among weights so that the parts are integers and sum to it exactly (largest remainder, ties to
 * the earlier). Weights are integers, not negative, their sum positive.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  // BigInt: a product of two nanosecond counts does not fit a double.
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) return weights.map(() => 0);
  const whole = BigInt(total);
  const shares = weights.map((weight) => Number((whole * BigInt(weight)) / sum));
  const remainders = weights.map((weight, i) => ({ i, remainder: (whole * BigInt(weight)) % sum }));
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder < b.remainder ? 1 : -1));
  let left = total - shares.reduce((all, share) => all + share, 0);
  for (const { i } of remainders) {
    if (left-- <= 0) break;
    shares[i] = (shares[i] ?? 0) + 1;
  }
  return shares;
}
