import type { Op, OpDetail, Request } from '@holdup/model';

export type Call = Op & { readonly detail: Extract<OpDetail, { kind: 'http-client' }> };

/** Attempts of one call in order of time: each but the last failed, and each began after the one before. */
export type Attempts = readonly [Call, Call, ...Call[]];

/** From a failed attempt to the next one. */
export interface AttemptGap {
  readonly start: number;
  readonly end: number;
}

/** What a client that retries takes for a failure of the moment: RFC 9110 and 6585, and what got, axios-retry and undici do. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

export function isFailed({ failure, detail }: Call): boolean {
  const { status = 0 } = detail;
  return failure !== undefined || status >= 500 || PASSING_STATUS.has(status);
}

/** Calls of a request that were made again after they had failed. */
export function findAttempts({ ops }: Request): Attempts[] {
  if (!ops.some((op) => isCall(op) && isFailed(op))) return [];
  const calls = new Map<string, Call[]>();
  for (const op of ops) {
    // Without its target nobody can tell the same call from another one like it.
    if (!isCall(op) || op.detail.target === undefined) continue;
    const key = `${op.name} ${op.detail.target}`;
    const same = calls.get(key);
    if (same === undefined) calls.set(key, [op]);
    else same.push(op);
  }
  return [...calls.values()].flatMap(chainsOf);
}

/** Backoffs double or treble. What follows a failed attempt for longer than that is no pause before another one. */
const MOST_GROWTH = 3;

/**
 * Between the attempts of calls, ordered by start. In flight also after a last attempt that failed like those before it:
 * then another is to come.
 */
export function attemptGaps(request: Request): AttemptGap[] {
  return findAttempts(request)
    .flatMap((attempts) => gapsBetween(attempts, request.end === undefined))
    .sort((a, b) => a.start - b.start);
}

/** @param inFlight the last gap is as long as it may be: nobody knows its end */
export function gapsBetween(attempts: Attempts, inFlight: boolean): AttemptGap[] {
  const gaps: AttemptGap[] = [];
  let longest = 0;
  for (const [index, { start }] of attempts.entries()) {
    const before = attempts[index - 1]?.end;
    if (before === undefined) continue;
    gaps.push({ start: before, end: start });
    longest = Math.max(longest, start - before);
  }
  const last = attempts.at(-1);
  if (inFlight && last?.end !== undefined && isFailed(last)) {
    gaps.push({ start: last.end, end: last.end + MOST_GROWTH * longest });
  }
  return gaps;
}

function isCall(op: Op): op is Call {
  return op.detail.kind === 'http-client';
}

/** Calls of one target in rows: a success ends one, and so does a call that did not wait for the one before. */
function chainsOf(calls: readonly Call[]): Attempts[] {
  const chains: Attempts[] = [];
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
