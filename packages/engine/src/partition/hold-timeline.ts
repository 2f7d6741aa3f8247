import type { Hold } from '@holdup/model';
import { firstEndingAfter } from './cut.ts';

/** Who held a resource when, ready for binary search. Built once per recording and resource in O(n log n). */
export class HoldTimeline {
  readonly #now: number;
  /** Ordered by start. */
  readonly #holds: readonly Hold[];
  /** The latest end among the holds up to each place: an old hold that lasts hides behind later ones that do not. */
  readonly #latest: readonly { readonly end: number }[];
  #releases: ReadonlyMap<string, readonly { readonly end: number }[]> | undefined;

  /** @param now where holds still open end */
  constructor(holds: readonly Hold[], now: number) {
    this.#now = now;
    this.#holds = holds.toSorted((a, b) => a.start - b.start);
    let latest = Number.NEGATIVE_INFINITY;
    this.#latest = this.#holds.map(({ end = now }) => {
      latest = Math.max(latest, end);
      return { end: latest };
    });
  }

  /** Holds that have a part in `[from, to)`, ordered by start. */
  within(from: number, to: number): Hold[] {
    const found: Hold[] = [];
    for (let i = firstEndingAfter(this.#latest, from); i < this.#holds.length; i++) {
      const hold = this.#holds[i];
      if (hold === undefined || hold.start >= to) break;
      if ((hold.end ?? this.#now) > from) found.push(hold);
    }
    return found;
  }

  /** When a unit was last given back, up to and including an instant. */
  lastRelease(unit: string, until: number): number | undefined {
    this.#releases ??= listReleases(this.#holds);
    const ofUnit = this.#releases.get(unit) ?? [];
    return ofUnit[firstEndingAfter(ofUnit, until) - 1]?.end;
  }
}

function listReleases(holds: readonly Hold[]): Map<string, { readonly end: number }[]> {
  const releases = new Map<string, { readonly end: number }[]>();
  for (const { unit, end } of holds) {
    if (end === undefined) continue;
    const ofUnit = releases.get(unit);
    if (ofUnit === undefined) releases.set(unit, [{ end }]);
    else ofUnit.push({ end });
  }
  for (const ofUnit of releases.values()) ofUnit.sort((a, b) => a.end - b.end);
  return releases;
}
