import type { Hold } from '@holdup/model';
import { firstEndingAfter } from './cut.ts';
import { Timeline } from './timeline.ts';

/** Who held a resource when. Made ready for binary search when first asked: nobody asks about most resources. */
export class HoldTimeline {
  readonly #holds: readonly Hold[];
  readonly #now: number;
  #timeline: Timeline<Hold> | undefined;
  #releases: ReadonlyMap<string, readonly { readonly end: number }[]> | undefined;

  /** @param now where holds still open end */
  constructor(holds: readonly Hold[], now: number) {
    this.#holds = holds;
    this.#now = now;
  }

  /** Holds that have a part in `[from, to)`, ordered by start. */
  within(from: number, to: number): readonly Hold[] {
    this.#timeline ??= new Timeline(this.#holds, ({ start, end = this.#now }) => ({ start, end }));
    return this.#timeline.between(from, to);
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
