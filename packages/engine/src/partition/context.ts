import type { Hold, Ledger, Op, OpId, Recording, RequestId, ResourceId } from '@holdup/model';
import { HoldTimeline } from './hold-timeline.ts';
import { LoopTimeline } from './loop-timeline.ts';
import { ThreadPool } from './thread-pool.ts';

/** A recording made ready for questions. Build it once and share it between the requests of one recording. */
export interface RecordingIndex {
  readonly recording: Recording;
  /** Absent when the loop was not watched. */
  readonly loop?: LoopTimeline;
  readonly threadPool: ThreadPool;
  readonly holds: ReadonlyMap<ResourceId, HoldTimeline>;
  op(of: RequestId, id: OpId): Op | undefined;
  /** Whole ledgers made so far: late requests of one moment have their holders in common. */
  readonly ledgers: Map<RequestId, Ledger>;
}

export function indexRecording(recording: Recording): RecordingIndex {
  const ops = new Map<RequestId, ReadonlyMap<OpId, Op>>();
  return {
    recording,
    ...(recording.sources.has('loop') && { loop: new LoopTimeline(recording.loop, recording.now) }),
    threadPool: new ThreadPool(recording),
    holds: groupHolds(recording),
    op: (of, id) => {
      let ofRequest = ops.get(of);
      if (ofRequest === undefined) {
        ofRequest = new Map(recording.requests.get(of)?.ops.map((op) => [op.id, op]));
        ops.set(of, ofRequest);
      }
      return ofRequest.get(id);
    },
    ledgers: new Map(),
  };
}

function groupHolds({ holds, now }: Recording): Map<ResourceId, HoldTimeline> {
  const groups = new Map<ResourceId, Hold[]>();
  for (const hold of holds) {
    const group = groups.get(hold.resource);
    if (group === undefined) groups.set(hold.resource, [hold]);
    else group.push(hold);
  }
  return new Map([...groups].map(([resource, group]) => [resource, new HoldTimeline(group, now)]));
}
