import type { Request } from '@holdup/model';
import { clip, unite } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { groupBy } from './located.ts';
import { type Window, Windows } from './windows.ts';

/** It was there, and waited for nothing known, in nearly all of the time. The rest is turns between ops of its own. */
const LEAST_PRESENCE = 0.9;
/** Routes that were so in less than this of the time cannot have used most of it. */
const PASSING_PRESENCE = 0.1;

/**
 * Whose work it can have been that the loop was busy with, where nobody announced it (slices between `setImmediate`,
 * say): a request that waits for a statement or an answer does not run. Undefined when several routes are left, or none: then it may
 * have been background work.
 */
export function soleCandidate(late: Case, busy: readonly Window[]): string | undefined {
  const time = new Windows(busy);
  const byRoute = groupBy([...late.recording.requests.values()], ({ route }) => route);
  const present = [...byRoute].flatMap(([route, requests]) => {
    const free = unite(requests.flatMap((request) => freeTime(late, request)));
    const overlap = free.reduce((sum, { start, end }) => sum + time.overlap(start, end), 0);
    return overlap >= PASSING_PRESENCE * time.length ? [{ route, presence: overlap / time.length }] : [];
  });
  const [only, ...others] = present;
  return others.length === 0 && only !== undefined && only.presence >= LEAST_PRESENCE ? only.route : undefined;
}

/** When a request was in flight and none of its ops was. */
function freeTime({ recording }: Case, { start, end = recording.now, ops }: Request): Window[] {
  const waits = clip(unite(ops.map((op) => ({ start: op.start, end: op.end ?? recording.now }))), start, end);
  const free: Window[] = [];
  let cursor: number = start;
  for (const wait of [...waits, { start: end, end }]) {
    if (wait.start > cursor) free.push({ start: cursor, end: wait.start });
    cursor = Math.max(cursor, wait.end);
  }
  return free;
}
