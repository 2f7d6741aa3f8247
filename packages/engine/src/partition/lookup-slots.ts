import type { Lookup, LookupId, Recording } from '@holdup/model';
import { IDLE_NOISE_NS } from './loop-timeline.ts';

/** A getaddrinfo call with the moment it got one of libuv's slots. `[start, runs)` it queued, `[runs, end)` it ran. */
export interface SlottedLookup {
  readonly lookup: Lookup;
  readonly start: number;
  readonly runs: number;
  readonly end: number;
}

/**
 * Plays libuv's queue: first in, first out, `recording.lookupSlots` at once. Nothing reports when a call leaves the
 * queue, but starts and ends are known, and a slot is free when an earlier call ends.
 */
export class LookupSlots {
  /** In the order they got their slot. */
  readonly all: readonly SlottedLookup[];
  readonly #byId: ReadonlyMap<LookupId, SlottedLookup>;
  readonly #byHost: ReadonlyMap<string, readonly SlottedLookup[]>;

  constructor(recording: Recording) {
    this.all = play(recording);
    this.#byId = new Map(this.all.map((slotted) => [slotted.lookup.id, slotted]));
    const byHost = new Map<string, SlottedLookup[]>();
    for (const slotted of this.all) {
      const ofHost = byHost.get(slotted.lookup.host);
      if (ofHost === undefined) byHost.set(slotted.lookup.host, [slotted]);
      else ofHost.push(slotted);
    }
    this.#byHost = byHost;
  }

  get(id: LookupId): SlottedLookup | undefined {
    return this.#byId.get(id);
  }

  /** The first lookup of a host that started within `[from, to)`: a client's own dns phase names no lookup. */
  startedWithin(host: string, from: number, to: number): SlottedLookup | undefined {
    const ofHost = this.#byHost.get(host) ?? [];
    let low = 0;
    let high = ofHost.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ofHost[middle]?.start ?? 0) >= from - IDLE_NOISE_NS) high = middle;
      else low = middle + 1;
    }
    const found = ofHost[low];
    return found !== undefined && found.start < to ? found : undefined;
  }
}

function play(recording: Recording): SlottedLookup[] {
  const slots = new Array<number>(Math.max(1, recording.lookupSlots)).fill(Number.NEGATIVE_INFINITY);
  return recording.lookups.map((lookup) => {
    const start = lookup.start;
    const end = Math.max(start, lookup.end ?? recording.now);
    const free = slots.indexOf(Math.min(...slots));
    // A call that ended before a slot was free (an inconsistent record) never ran, as far as we can tell.
    const runs = Math.min(end, Math.max(start, slots[free] ?? start));
    slots[free] = Math.max(slots[free] ?? end, end);
    return { lookup, start, runs, end };
  });
}
