import type { Hold, Recording, ResourceId } from '@holdup/model';
import { firstEndingAfter } from './cut.ts';
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
  /** When a unit of a resource was last given back, up to and including an instant. */
  lastRelease(resource: ResourceId, unit: string, until: number): number | undefined;
}

export function indexRecording(recording: Recording): RecordingIndex {
  const holds = groupHolds(recording.holds);
  const releases = listReleases(recording.holds);
  return {
    recording,
    ...(recording.sources.has('loop') && { loop: new LoopTimeline(recording.loop, recording.now) }),
    lookupSlots: new LookupSlots(recording),
    holds,
    lastRelease: (resource, unit, until) => {
      const ofUnit = releases.get(unitKey(resource, unit)) ?? [];
      return ofUnit[firstEndingAfter(ofUnit, until) - 1]?.end;
    },
  };
}

function unitKey(resource: ResourceId, unit: string): string {
  return `${resource}\n${unit}`;
}

function listReleases(holds: readonly Hold[]): Map<string, { readonly end: number }[]> {
  const releases = new Map<string, { readonly end: number }[]>();
  for (const { resource, unit, end } of holds) {
    if (end === undefined) continue;
    const key = unitKey(resource, unit);
    const ofUnit = releases.get(key);
    if (ofUnit === undefined) releases.set(key, [{ end }]);
    else ofUnit.push({ end });
  }
  for (const ofUnit of releases.values()) ofUnit.sort((a, b) => a.end - b.end);
  return releases;
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
