/** From, to, in milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * How long others waited because of each hold: at any moment the time of all who wait is shared equally by all who hold.
 * Sums to the waiting during which somebody held. One pass over the sorted ends: O(n log n).
 *
 *     waits     |-------------------|
 *                    |--------------|
 *     hold a  |-----------|              3 + 2·5/2
 *     hold b         |--------------|        2·5/2 + 2·9
 *
 * @returns per hold, milliseconds of waiters
 */
export function shareOutWaits(waits: readonly Interval[], holds: readonly Interval[]): number[] {
  const edges: { at: number; waiters: number; holders: number; hold: number }[] = [];
  for (const { start, end } of waits) {
    if (end > start)
      edges.push({ at: start, waiters: 1, holders: 0, hold: -1 }, { at: end, waiters: -1, holders: 0, hold: -1 });
  }
  holds.forEach(({ start, end }, hold) => {
    if (end > start)
      edges.push({ at: start, waiters: 0, holders: 1, hold }, { at: end, waiters: 0, holders: -1, hold });
  });
  edges.sort((a, b) => a.at - b.at);
  const shares = holds.map(() => 0);
  let [sum, waiters, holders, last] = [0, 0, 0, 0];
  for (const edge of edges) {
    if (holders > 0) sum += ((edge.at - last) * waiters) / holders;
    last = edge.at;
    waiters += edge.waiters;
    holders += edge.holders;
    // What was shared out before a hold began is not its own.
    if (edge.hold >= 0) shares[edge.hold] = (shares[edge.hold] ?? 0) - edge.holders * sum;
  }
  return shares;
}

/** How many of the intervals hold a moment: made once, asked often. */
export class Crowd {
  readonly #times: Float64Array;
  readonly #counts: Int32Array;

  constructor(intervals: readonly Interval[]) {
    const edges = intervals.flatMap(({ start, end }) => (end > start ? [[start, 1] as const, [end, -1] as const] : []));
    edges.sort((a, b) => a[0] - b[0]);
    this.#times = Float64Array.from(edges, ([at]) => at);
    this.#counts = new Int32Array(edges.length);
    let count = 0;
    edges.forEach(([, step], index) => {
      count += step;
      this.#counts[index] = count;
    });
  }

  at(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.#counts[low - 1] ?? 0;
  }
}
