import { lengthOf, unite } from '../../blame/spans.ts';
import { firstEndingAfter } from '../../partition/cut.ts';

export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Instants covered by any windows, ready for binary search. */
export class Windows {
  readonly #spans: readonly Window[];

  constructor(windows: readonly Window[]) {
    this.#spans = unite(windows);
  }

  /** Nanoseconds covered. */
  get length(): number {
    return lengthOf(this.#spans);
  }

  /** Nanoseconds of `[start, end)` that are covered. */
  overlap(start: number, end: number): number {
    let sum = 0;
    for (let i = firstEndingAfter(this.#spans, start); i < this.#spans.length; i++) {
      const span = this.#spans[i];
      if (span === undefined || span.start >= end) break;
      sum += Math.min(end, span.end) - Math.max(start, span.start);
    }
    return sum;
  }
}

/** Nanoseconds that two sets of windows share; each set is disjoint. For many on both sides there is `Windows`. */
export function overlapOf(a: readonly Window[], b: readonly Window[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += Math.max(0, Math.min(x.end, y.end) - Math.max(x.start, y.start));
  return sum;
}
