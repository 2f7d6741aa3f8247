import type { Account, OpId } from '@holdup/model';
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
  const times = new Map<OpId, number>(attempts.map(({ id }) => [id, 0]));
  for (const { op, account, start, end } of late.ledger.entries) {
    const attempt = op === undefined || NOT_THE_CALL.has(account) ? undefined : attemptOf(late, op, times);
    if (attempt !== undefined) times.set(attempt, (times.get(attempt) ?? 0) + end - start);
  }
  const idle = late.ledger.entries.filter(({ account }) => PAUSE.has(account));
  const pauses = attempts
    .slice(1)
    .map(({ start }, index) => overlapOf(idle, [{ start: attempts[index]?.end ?? start, end: start }]));
  const next = pauseUnderWay(late, attempts, idle);
  return {
    attempts,
    times: attempts.map(({ id }) => times.get(id) ?? 0),
    pauses: next === 0 ? pauses : [...pauses, Math.min(next, MOST_GROWTH * Math.max(...pauses))],
  };
}

function pauseUnderWay({ request, ledger }: Case, attempts: RetriedCall['attempts'], idle: readonly Window[]): number {
  const last = attempts.at(-1);
  if (request.end !== undefined || last?.end === undefined || !isFailed(last)) return 0;
  return overlapOf(idle, [{ start: last.end, end: ledger.end }]);
}

/** A lookup or connect belongs to the call that needed it. */
function attemptOf(late: Case, id: OpId, attempts: ReadonlyMap<OpId, number>): OpId | undefined {
  for (let at: OpId | undefined = id; at !== undefined; at = late.op(at)?.parent) if (attempts.has(at)) return at;
  return undefined;
}
