import type { Phase } from '@holdup/model';
import { OPEN, toNs } from '../clock.ts';

/**
 * When a command was answered. A connection answers in order, so whoever is sent after it waits for it; and keeps this of it
 * and no more, else one would keep all before it alive.
 */
export class Answer {
  at = OPEN;
}

/**
 * The time a command stood behind its predecessor on one connection.
 * @param behind of the command before it, if that had none yet; start and end in ms
 */
export function queuedBehind(behind: Answer | undefined, start: number, end: number): Phase[] {
  if (behind === undefined) return [];
  if (behind.at === OPEN) return [{ account: 'db.client-queue', start: toNs(start) }];
  const until = end === OPEN ? behind.at : Math.min(behind.at, end);
  return until > start ? [{ account: 'db.client-queue', start: toNs(start), end: toNs(until) }] : [];
}
