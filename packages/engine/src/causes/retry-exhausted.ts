import { type EvidenceItem, type Finding, ns, type OpFailure } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { isFailed } from '../partition/attempts.ts';
import { type DbRetries, dbRetries, isConflict } from './support/db-retries.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs, listed } from './support/format.ts';
import { type RetriedCall, retriedCalls, timeOf, total } from './support/retries.ts';
import { isMaterial } from './support/significance.ts';

/** When one attempt is more than half of it all, that attempt is the story, and not that there were several. */
const LARGEST_ATTEMPT_SHARE = 0.5;
/** Attempts that are told one by one. */
const MOST_TOLD = 6;

/** A call, statement or connection failed, was tried again, failed again: with the pauses between that used the budget. */
export const retryExhausted: Cause = {
  id: 'retry-exhausted',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const calls = callFinding(late);
    return calls.kind === 'confirmed' ? calls : (dbFinding(late) ?? calls);
  },
};

function callFinding(late: Case): Finding {
  const retried = retriedCalls(late);
  const top = retried[0];
  if (top === undefined) return ruledOut('retry-exhausted', 'no call was made again after it had failed');
  const explained = afterTheFirst(top);
  const took = `${top.attempts.length} attempts of ${top.attempts[0].name} took ${formatMs(timeOf(top))} of ${formatMs(late.ledger.wall)}`;
  if (!isMaterial(late, explained)) return ruledOut('retry-exhausted', took);
  const longest = Math.max(...top.times);
  if (longest > LARGEST_ATTEMPT_SHARE * timeOf(top)) {
    return ruledOut('retry-exhausted', `${took}, ${formatMs(longest)} of it in one`);
  }
  const { host } = top.attempts[0].detail;
  return confirmed('retry-exhausted', {
    explained: ns(explained),
    depth: 0,
    culprit: { kind: 'host', name: host },
    summary: summaryOf(late, top),
    chain: [
      { kind: 'wait', ns: ns(timeOf(top)), resource: `${top.attempts.length} attempts of ${top.attempts[0].name}` },
      ...top.attempts.slice(0, MOST_TOLD).map((attempt, index) => ({
        kind: 'outside' as const,
        ns: ns(top.times[index] ?? 0),
        resource: host,
        doing: `attempt ${index + 1}: ${outcomeOf(attempt)}`,
      })),
    ],
    evidence: evidenceOf(top),
    fix: `Bound all attempts together by what is left of the deadline (one AbortSignal around the retries, not one per attempt), retry fewer times with shorter pauses, and find out why ${host} fails: ${listed(waysOf(top))}.`,
  });
}

/**
 * A statement, a transaction or a connection that was tried again. What the attempts themselves waited for has causes of
 * its own; here it is the pauses, and what else was done again each time.
 */
function dbFinding(late: Case): Finding | undefined {
  const top = dbRetries(late)[0];
  if (top === undefined || !isMaterial(late, top.after)) return undefined;
  if (Math.max(top.own, top.elsewhere) > LARGEST_ATTEMPT_SHARE * top.after) return undefined;
  const { attempts, after, pauses, resource, what } = top;
  const ways = listed([
    ...new Set(attempts.flatMap(({ failure }) => (failure === undefined ? [] : [nameOf(failure)]))),
  ]);
  const failed = attempts.filter(({ failure }) => failure !== undefined).length;
  const times = `${formatMs(after)} of ${formatMs(late.ledger.wall)}`;
  return confirmed('retry-exhausted', {
    explained: ns(after),
    depth: 0,
    culprit: { kind: 'resource', name: resource },
    summary: `${late.request.route} made ${attempts.length} attempts at ${what} of ${resource}: after the first failed ${times} went by, ${formatMs(pauses)} of it pauses; ${failed} failed (${ways}).`,
    chain: [
      { kind: 'wait', ns: ns(after), resource: `${attempts.length} attempts at ${what}` },
      { kind: 'outside', ns: ns(top.own), resource, doing: `${failed} of them failed: ${ways}` },
    ],
    evidence: attempts.slice(0, MOST_TOLD).map(({ start, end, failure }, index) => ({
      kind: 'attempt',
      text: `attempt ${index + 1}: ${failure === undefined ? (end === undefined ? 'no answer so far' : 'went through') : nameOf(failure)} after ${formatMs((end ?? late.recording.now) - start)}`,
    })),
    fix: dbFix(top, ways),
  });
}

function dbFix({ attempts, resource }: DbRetries, ways: string): string {
  const bounded = 'bound all attempts together by what is left of the deadline: fewer of them, with shorter pauses';
  return attempts.some(isConflict)
    ? `Transactions on the same rows make one another fail (${ways}): make them shorter, or lock the rows first (SELECT … FOR UPDATE), so that they wait for each other instead; and ${bounded}.`
    : `Find out why ${resource} fails (${ways}), and ${bounded}.`;
}

function nameOf({ code, name, message }: OpFailure): string {
  return code ?? (name === 'Error' ? message : name);
}

/** Without retries the request would have been over, if with an error, as the first attempt failed. */
function afterTheFirst({ times, pauses }: RetriedCall): number {
  return total(times.slice(1)) + total(pauses);
}

function summaryOf(late: Case, top: RetriedCall): string {
  const failed = top.attempts.filter(isFailed).length;
  const whole = `${formatMs(timeOf(top))} of ${formatMs(late.ledger.wall)}`;
  return `${late.request.route} made ${top.attempts.length} attempts of ${top.attempts[0].name}, ${whole} together, ${formatMs(total(top.pauses))} of it pauses between them: ${failed} failed (${listed(waysOf(top))}).`;
}

/** How attempts failed, the most frequent way first. */
function waysOf({ attempts }: RetriedCall): string[] {
  const counts = new Map<string, number>();
  for (const attempt of attempts) {
    if (isFailed(attempt)) counts.set(outcomeOf(attempt), (counts.get(outcomeOf(attempt)) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([way]) => way);
}

function outcomeOf({ end, failure, detail }: RetriedCall['attempts'][number]): string {
  if (detail.status !== undefined && detail.status >= 400) return `status ${detail.status}`;
  if (failure === undefined) return end === undefined ? 'no answer so far' : `status ${detail.status ?? 'unknown'}`;
  return failure.timeout ? 'timed out' : (failure.code ?? failure.name);
}

function evidenceOf(top: RetriedCall): EvidenceItem[] {
  const attempts = top.attempts.slice(0, MOST_TOLD).map((attempt, index) => {
    const pause = top.pauses[index];
    const then = pause === undefined || pause === 0 ? '' : `, then a pause of ${formatMs(pause)}`;
    return {
      kind: 'attempt',
      text: `attempt ${index + 1}: ${outcomeOf(attempt)} after ${formatMs(top.times[index] ?? 0)}${then}`,
    };
  });
  return [
    ...attempts,
    {
      kind: 'pauses',
      text: `${count(top.pauses.length, 'pause')}, ${formatMs(total(top.pauses))} together, in which nothing else was seen to run`,
    },
    { kind: 'same-call', text: 'method, host and whole path of the attempts are the same' },
  ];
}
