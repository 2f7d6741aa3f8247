import type { Hold, Recording, ResourceId } from '@holdup/model';
import { LookupSlots } from './lookup-slots.ts';
import { LoopTimeline } from './loop-timeline.ts';

/** A recording made ready for questions. Build it once and share it between the requests of one recording. */
export interface RecordingIndex {
  readonly recording: Recording;
  /** Absent when the loop was not watched. */
  readonly loop?: LoopTimeline;
  readonly lookupSlots: LookupSlots;
  /** Ordered by start. */
  readonly holds: ReadonlyMap<ResourceId, readonly Hold[]>;
}

export function indexRecording(recording: Recording): RecordingIndex {
  return {
    recording,
    ...(recording.sources.has('loop') && { loop: new LoopTimeline(recording.loop, recording.now) }),
    lookupSlots: new LookupSlots(recording),
    holds: groupHolds(recording.holds),
  };
}

function groupHolds(holds: readonly Hold[]): Map<ResourceId, Hold[]> {
  const groups = new Map<ResourceId, Hold[]>();
  for (const hold of holds) {
    const group = groups.get(hold.resource);
    if (group === undefined) groups.set(hold.resource, [hold]);
    else group.push(hold);
  }
  for (const group of groups.values()) group.sort((a, b) => a.start - b.start);
  return groups;
}
