/**
 * Divides an integer among weights so that the parts are integers and sum to it exactly (largest remainder, ties to
 * the earlier). Weights are integers, not negative, their sum positive.
 */
export function apportion(total: number, weights: readonly number[]): readonly number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  // Nothing to scale: so it is with a single holder, and with all that is not shared.
  if (all === total && Number.isSafeInteger(all)) return weights;
  return weights.length === 1 && all > 0 ? [total] : divide(total, weights);
}

function divide(total: number, weights: readonly number[]): number[] {
  // BigInt: a product of two nanosecond counts does not fit a double.
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) return weights.map(() => 0);
  const whole = BigInt(total);
  const shares: number[] = [];
  const remainders: { readonly i: number; readonly remainder: bigint }[] = [];
  let left = total;
  for (const [i, weight] of weights.entries()) {
    const product = whole * BigInt(weight);
    const share = product / sum;
    shares.push(Number(share));
    remainders.push({ i, remainder: product - share * sum });
    left -= Number(share);
  }
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder < b.remainder ? 1 : -1));
  for (const { i } of remainders.slice(0, left)) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}
