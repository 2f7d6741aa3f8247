import type { Account, Op, OpId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy } from './located.ts';
import { isOpOf, type OpOf } from './ops.ts';
import { overlapOf, type Window } from './windows.ts';

type Call = OpOf<'http-client'>;

/** One call that was made again and again, because it failed. In order of time; each but the last failed. */
export interface RetriedCall {
  readonly attempts: readonly [Call, Call, ...Call[]];
  /** Time on the critical path per attempt, in the same order. */
  readonly times: readonly number[];
  /**
   * Time on the critical path after each attempt in which nothing was done. As many as attempts when the last one
   * failed too and the request is still in flight: then another is to come.
   */
  readonly pauses: readonly number[];
}

/** What a client that retries takes for a failure of the moment: RFC 9110 and 6585, and what got, axios-retry and undici do. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

/** Loop and collection time inside a call is not the call's. */
const NOT_THE_CALL: ReadonlySet<Account> = new Set<Account>(['cpu', 'gc', 'loop.blocked', 'loop.busy']);
/** Most libraries pause on a timer that no probe sees. */
const PAUSE: ReadonlySet<Account> = new Set<Account>(['timer', 'unattributed']);

/** Backoffs double or treble. What follows a failed attempt longer than that is no pause before another one. */
const MOST_GROWTH = 3;

/** The request's own calls that were made more than once, the one with the most time first. */
export function retriedCalls(late: Case): readonly RetriedCall[] {
  return late.once(findRetried);
}

/** Whether the same call was made again after this one failed: then the two are one step of the request. */
export function isRetried(late: Case, { id }: { readonly id: OpId }): boolean {
  return late.once(retriedIds).has(id);
}

export function isFailed({ failure, detail }: Call): boolean {
  const { status = 0 } = detail;
  return failure !== undefined || status >= 500 || PASSING_STATUS.has(status);
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
  // Without its target nobody can tell the same call from another one like it.
  const calls = late.request.ops.filter(
    (op): op is Call => isOpOf(op, 'http-client') && op.detail.target !== undefined,
  );
  if (!calls.some(isFailed)) return [];
  return [...groupBy(calls, ({ name, detail }) => `${name} ${detail.target}`).values()]
    .flatMap(chainsOf)
    .map((attempts) => measure(late, attempts))
    .sort((a, b) => timeOf(b) - timeOf(a));
}

/** Calls of one target in rows: a success ends one, and so does a call that did not wait for the one before. */
function chainsOf(calls: readonly Call[]): RetriedCall['attempts'][] {
  const chains: RetriedCall['attempts'][] = [];
  let chain: Call[] = [];
  const finish = () => {
    const [first, second, ...others] = chain;
    if (first !== undefined && second !== undefined) chains.push([first, second, ...others]);
  };
  for (const call of calls.toSorted((a, b) => a.start - b.start)) {
    const before = chain.at(-1);
    const follows = before?.end !== undefined && isFailed(before) && before.end <= call.start;
    if (!follows) {
      finish();
      chain = [];
    }
    chain.push(call);
  }
  finish();
  return chains;
}

function measure(late: Case, attempts: RetriedCall['attempts']): RetriedCall {
  const pauses = attempts.slice(1).map((next, index) => idleAfter(late, attempts[index] ?? next, next));
  const last = attempts.at(-1);
  const next = last === undefined || !isFailed(last) ? 0 : idleAfter(late, last, undefined);
  return {
    attempts,
    times: attempts.map((attempt) => timeOnPath(late, attempt)),
    pauses: next === 0 ? pauses : [...pauses, Math.min(next, MOST_GROWTH * Math.max(...pauses))],
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
