import { firstEndingAfter } from './cut.ts';

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** Stretches of any kind that may overlap, ready for binary search. Built in O(n log n). */
export class Timeline<T> {
  /** Ordered by start. */
  readonly #items: readonly { readonly value: T; readonly bounds: Bounds }[];
  /** The latest end up to each place: an old stretch that lasts hides behind later ones that do not. */
  readonly #latest: readonly { readonly end: number }[];

  constructor(values: readonly T[], boundsOf: (value: T) => Bounds) {
    this.#items = values
      .map((value) => ({ value, bounds: boundsOf(value) }))
      .sort((a, b) => a.bounds.start - b.bounds.start);
    let latest = Number.NEGATIVE_INFINITY;
    this.#latest = this.#items.map(({ bounds }) => {
      latest = Math.max(latest, bounds.end);
      return { end: latest };
    });
  }

  /** Those that end after one instant and start before another, ordered by start: in a window those with a part in it. */
  between(endAfter: number, startBefore: number): T[] {
    const found: T[] = [];
    for (let i = firstEndingAfter(this.#latest, endAfter); i < this.#items.length; i++) {
      const item = this.#items[i];
      if (item === undefined || item.bounds.start >= startBefore) break;
      if (item.bounds.end > endAfter) found.push(item.value);
    }
    return found;
  }
}
