import type { Case } from '../../case.ts';
import { type Located, locate } from './located.ts';
import { lookedUpHost } from './ops.ts';
import { Windows } from './windows.ts';

/** Time in the queue for a lookup slot, by whose lookups held the slots meanwhile. */
export interface SlotQueue {
  readonly at: Located;
  /** Name that queued. */
  readonly host: string;
  /** Behind lookups of the same name: that is a slow resolver, not a starved queue. */
  readonly behindSame: number;
  readonly behindOthers: number;
  /** Slot time of each name that ran meanwhile. */
  readonly holders: ReadonlyMap<string, number>;
}

/** Every wait for a lookup slot on the critical path, the late request's own and its holders'. */
export function slotQueues(late: Case): SlotQueue[] {
  return locate(late, 'dns.queue').map((at) => {
    const host = at.op === undefined ? '' : lookedUpHost(late.recording, at.op);
    const holders = new Map<string, number>();
    const windows = new Windows(at.windows);
    for (const { lookup, runs, end } of late.index.threadPool.lookups) {
      const overlap = windows.overlap(runs, end);
      if (overlap > 0) holders.set(lookup.host, (holders.get(lookup.host) ?? 0) + overlap);
    }
    const total = [...holders.values()].reduce((sum, time) => sum + time, 0);
    const behindSame = total === 0 ? 0 : (at.ns * (holders.get(host) ?? 0)) / total;
    return { at, host, behindSame, behindOthers: at.ns - behindSame, holders };
  });
}
