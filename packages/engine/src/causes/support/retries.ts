import type { Account, Op, OpId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { type Attempts, type Call, findAttempts, gapsBetween } from '../../partition/attempts.ts';
import { isOpOf } from './ops.ts';
import { overlapOf, type Window } from './windows.ts';

/** One call that was made again and again, because it failed. In order of time; each but the last failed. */
export interface RetriedCall {
  readonly attempts: Attempts;
  /** Time on the critical path per attempt, in the same order. */
  readonly times: readonly number[];
  /**
   * Time on the critical path after each attempt in which nothing was done. As many as attempts when the last one
   * failed too and the request is still in flight: then another is to come.
   */
  readonly pauses: readonly number[];
}

/** Loop and collection time inside a call is not the call's. */
const NOT_THE_CALL: ReadonlySet<Account> = new Set<Account>(['cpu', 'gc', 'loop.blocked', 'loop.busy']);
/** Most libraries pause on a timer that no probe sees. */
const PAUSE: ReadonlySet<Account> = new Set<Account>(['timer', 'unattributed']);

/** The request's own calls that were made more than once, the one with the most time first. */
export function retriedCalls(late: Case): readonly RetriedCall[] {
  return late.once(findRetried);
}

/** Whether the same call was made again after this one failed: then the two are one step of the request. */
export function isRetried(late: Case, { id }: { readonly id: OpId }): boolean {
  return late.once(retriedIds).has(id);
}

export function timeOf({ times, pauses }: RetriedCall): number {
  return total(times) + total(pauses);
}

export function total(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0);
}

function retriedIds(late: Case): ReadonlySet<OpId> {
  return new Set(retriedCalls(late).flatMap(({ attempts }) => attempts.slice(0, -1).map(({ id }) => id)));
}

function findRetried(late: Case): RetriedCall[] {
  return findAttempts(late.request)
    .map((attempts) => measure(late, attempts))
    .sort((a, b) => timeOf(b) - timeOf(a));
}

function measure(late: Case, attempts: Attempts): RetriedCall {
  const gaps = gapsBetween(attempts, late.request.end === undefined);
  return {
    attempts,
    times: attempts.map((attempt) => timeOnPath(late, attempt)),
    pauses: gaps.map((gap) => overlapOf(late.once(idleTime), [gap])),
  };
}

/** The same call made next after this one failed. */
export function nextAttempt(late: Case, { id }: Call): Call | undefined {
  for (const { attempts } of retriedCalls(late)) {
    const index = attempts.findIndex((attempt) => attempt.id === id);
    if (index >= 0) return attempts[index + 1];
  }
  return undefined;
}

/**
 * Time on the critical path after a call in which nothing was done: until the next attempt, or until now while the
 * request is in flight.
 */
export function idleAfter(late: Case, { end }: Call, next: Call | undefined): number {
  const until = next?.start ?? (late.request.end === undefined ? late.ledger.end : undefined);
  return end === undefined || until === undefined ? 0 : overlapOf(late.once(idleTime), [{ start: end, end: until }]);
}

function idleTime({ ledger }: Case): readonly Window[] {
  return ledger.entries.filter(({ account }) => PAUSE.has(account));
}

/** The call's time on the critical path, with the lookup and connect it needed. */
export function timeOnPath(late: Case, { id }: Call): number {
  return late.once(timesByCall).get(id) ?? 0;
}

function timesByCall(late: Case): ReadonlyMap<OpId, number> {
  const times = new Map<OpId, number>();
  for (const { op, account, start, end } of late.ledger.entries) {
    const call = op === undefined || NOT_THE_CALL.has(account) ? undefined : callOf(late, late.op(op));
    if (call !== undefined) times.set(call.id, (times.get(call.id) ?? 0) + end - start);
  }
  return times;
}

/** A lookup or connect belongs to the call that needed it. */
function callOf(late: Case, op: Op | undefined): Call | undefined {
  for (let at = op; at !== undefined; at = at.parent === undefined ? undefined : late.op(at.parent)) {
    if (isOpOf(at, 'http-client')) return at;
  }
  return undefined;
}
