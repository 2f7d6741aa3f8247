import { msToNs, type Ns, ns, type Usual } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';

/** Time under 20 ms cannot be what made a request with a budget of hundreds of milliseconds late. */
const LEAST_TIME_NS = msToNs(20);
/** Budgets under 100 ms are lost in less than 20 ms: there a fifth of the budget is enough. */
const LEAST_BUDGET_SHARE = 0.2;
/** What takes less than a tenth of the wall time does not even belong among the contributing causes. */
const LEAST_WALL_SHARE = 0.1;

/** Slower than usual begins a quarter above the 90th percentile: one in ten ordinary runs lies above p90 by itself. */
const UNUSUAL_FACTOR = 1.25;
/** Two milliseconds more than the median is scheduling noise, whatever the percentiles of a sub-millisecond op say. */
const UNUSUAL_NOISE_NS = msToNs(2);

/** The least time that can be called a cause of this request's being late. */
export function leastTime(late: Case): Ns {
  const budget = late.request.deadline?.budget;
  return budget === undefined ? LEAST_TIME_NS : ns(Math.min(LEAST_TIME_NS, LEAST_BUDGET_SHARE * budget));
}

/** Whether so much time can have mattered. */
export function isMaterial(late: Case, time: number): boolean {
  return time > 0 && time >= leastTime(late) && time >= LEAST_WALL_SHARE * late.ledger.wall;
}

/** `dns took 0.4 ms of 803 ms`: why something was ruled out. */
export function tookOf(late: Case, what: string, time: number): string {
  return `${what} took ${formatMs(time)} of ${formatMs(late.ledger.wall)}`;
}

/** Whether something took longer than it ordinarily does; undefined when nothing is known of earlier runs. */
export function isUnusual(time: number, usual: Usual | undefined): boolean | undefined {
  if (usual === undefined) return undefined;
  return time > UNUSUAL_FACTOR * usual.p90 && time - usual.median > UNUSUAL_NOISE_NS;
}

/**
 * The part of a time that would not have been there on an ordinary day: all of it when nothing is known of earlier
 * runs, none when the time is ordinary.
 */
export function beyondUsual(time: number, usual: Usual | undefined): number {
  if (usual === undefined) return time;
  return isUnusual(time, usual) ? time - usual.median : 0;
}

/** `usually 12 ms`, for summaries */
export function usually(usual: Usual): string {
  return `usually ${formatMs(usual.median)}`;
}

/** `12 ms (median of 40, nine in ten under 20 ms)`, for evidence */
export function describeUsual(usual: Usual): string {
  return `${formatMs(usual.median)} (median of ${usual.count}, nine in ten under ${formatMs(usual.p90)})`;
}

/** A request this much over its route's usual time met something extra today. */
const EXTRA_SHARE = 0.2;

/**
 * For causes that lie in how a route is written (calls in a row, a statement per row) and so are there every day:
 * what of `explained` can be why this one request was late. When the request took clearly longer than its route
 * usually does, the part of `total` that fits into the usual time is not it.
 *
 * @param total all time spent in the pattern
 * @param explained what would be saved without the pattern
 */
export function structuralShare(late: Case, total: number, explained: number): number {
  const usual = late.request.usual;
  if (usual === undefined) return explained;
  const extra = late.ledger.wall - usual.median;
  if (extra < EXTRA_SHARE * late.ledger.wall) return explained;
  return Math.min(explained, Math.max(0, total - usual.median));
}
