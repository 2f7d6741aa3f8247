import { lengthOf } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { lookupOf } from '../../partition/op-slices.ts';
import { type Located, locate } from './located.ts';
import { lookedUpHost } from './ops.ts';
import { Windows } from './windows.ts';

/** Time in the queue for a lookup slot, by whose lookups held the slots meanwhile. */
export interface SlotQueue {
  readonly at: Located;
  /** Name that queued. */
  readonly host: string;
  /** Behind lookups that jobs of the pool had held up before: without those it would not have stood there. */
  readonly behindJobs: number;
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
    const behindJobs = at.ns * backlogShare(late, at);
    const rest = at.ns - behindJobs;
    const behindSame = total === 0 ? 0 : (rest * (holders.get(host) ?? 0)) / total;
    return { at, host, behindJobs, behindSame, behindOthers: rest - behindSame, holders };
  });
}

/** What of a wait for a slot would not have been there had no job been in the pool, from 0 to 1. */
function backlogShare(late: Case, { op, windows }: Located): number {
  const { threadPool } = late.index;
  const [first] = windows;
  const pooled = op === undefined || first === undefined ? undefined : lookupOf(op, first, threadPool);
  if (pooled === undefined) return 0;
  const queued = lengthOf(threadPool.slotsFull(pooled.start, pooled.runs));
  const alone = threadPool.queueWithoutJobs(pooled.lookup.id);
  return queued === 0 ? 0 : Math.max(0, queued - alone) / queued;
}
