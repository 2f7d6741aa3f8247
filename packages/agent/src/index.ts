import type { VerdictJson } from '@holdup/model';
import { installedAgent } from './global.ts';

export {
  type TrackedHold,
  type TrackedResource,
  type TrackedWait,
  type TrackOptions,
  trackResource,
} from './track.ts';
export type { VerdictJson };

/**
 * Calls `listener` with every verdict of this thread, after it was written to the log. Does nothing when the agent
 * is not running. An error the listener throws becomes a process warning.
 * @returns takes the listener out again
 * @example
 * const off = onVerdict((verdict) => metrics.count('late', { cause: verdict.verdict.cause }));
 */
export function onVerdict(listener: (verdict: VerdictJson) => void): () => void {
  const agent = installedAgent();
  agent?.listeners.add(listener);
  return () => {
    agent?.listeners.delete(listener);
  };
}

/**
 * Gives the request that is running a deadline of its own, `ms` milliseconds from now. It beats what the caller sent
 * and what is configured.
 * @returns false outside a request, for a budget that is not positive, or when the agent is not running
 */
export function setDeadline(ms: number): boolean {
  return installedAgent()?.setExplicitDeadline(ms) ?? false;
}
