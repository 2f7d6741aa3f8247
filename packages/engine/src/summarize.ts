import type { Account, Verdict } from '@holdup/model';
import { formatMs, formatShare, listed } from './causes/support/format.ts';

/** The one sentence of a verdict. An undetermined one names what took most, and what was not watched. */
export function summarize(verdict: Verdict): string {
  return verdict.top?.summary ?? summarizeUndetermined(verdict);
}

/** What to do about it. */
export function fixFor(verdict: Verdict): string {
  if (verdict.top !== undefined) return verdict.top.fix;
  if (largestAccount(verdict) === 'unattributed') {
    return 'Watch what is missing (see unknown), or give the code in question a span of its own, and look at the next late request of this route.';
  }
  return 'Read the ledger: no single thing is to blame. The largest accounts are where time can be won; the budget may simply be too small.';
}

function summarizeUndetermined(verdict: Verdict): string {
  const { route, wall, budget, ledger } = verdict;
  const of = budget === undefined ? '' : ` of a budget of ${formatMs(budget)}`;
  const largest = [...ledger.totals()]
    .slice(0, 2)
    .map(([account, ns]) => `${account} ${formatMs(ns)} (${formatShare(ns, wall)})`);
  const most = largest.length === 0 ? '' : `: the largest parts are ${listed(largest)}`;
  const unseen = largestAccount(verdict) === 'unattributed' ? `; ${whatIsMissing(verdict)}` : '';
  const dropped =
    verdict.droppedOps === undefined ? '' : `; ${verdict.droppedOps} more of its steps were too many to keep`;
  return `${route} took ${formatMs(wall)}${of} and no cause explains enough of it${most}${unseen}${dropped}.`;
}

function largestAccount({ ledger }: Verdict): Account | undefined {
  return ledger.totals().keys().next().value;
}

function whatIsMissing({ unknown }: Verdict): string {
  const missing = [...new Set(unknown.flatMap((finding) => finding.missing))];
  if (missing.length > 0) return `not watched: ${listed(missing)}`;
  return 'every source is watched, so it was something Holdup has no probe for';
}
