import type { Account, CauseId, Verdict } from '@holdup/model';
import { WHETHER } from './causes/support/awaited-elsewhere.ts';
import { formatMs, formatShare, listed } from './causes/support/format.ts';
import { WHO_ELSE } from './causes/support/starved.ts';

/** Which causes would have explained an account, had they been able to: what they miss is worth a sentence. */
const ASKED_ABOUT: { readonly [account in Account]?: readonly CauseId[] } = {
  cpu: ['loop-blocked', 'loop-saturated'],
  'loop.blocked': ['loop-blocked', 'loop-saturated'],
  'loop.busy': ['loop-blocked', 'loop-saturated'],
  threadpool: ['threadpool-starved'],
  'lock.queue': ['lock-contention'],
  'worker.queue': ['worker-queue'],
  gc: ['gc-pressure'],
  'http.first-byte': ['upstream-slow'],
  'db.query': ['db-query-slow'],
};

/** More than half of the time on one account: there is a single thing after all, if none that a cause is about. */
const MOST_OF_IT = 0.5;

const WHAT_TO_DO: { readonly [account in Account]?: string } = {
  timer:
    'The program paused on a timer of its own (a sleep, the interval of a poll, a back-off): shorten the pause, or wait for the event itself.',
  cpu: "Most of it was the request's own code, in pieces too short to block others: take a CPU profile under this load.",
  threadpool:
    'A file, crypto or zlib call took that long itself, or behind native code that is not watched: look at the disk, at how much it was given to do, and at native packages such as bcrypt or sharp.',
  'worker.run': "The worker's own task took that long: profile the worker, or give it less to do at a time.",
  'db.connect': 'New connections were opened during requests: keep a few open (min, a longer idle time).',
};

/** The one sentence of a verdict. An undetermined one names what took most, and what was not watched. */
export function summarize(verdict: Verdict): string {
  return verdict.top?.summary ?? summarizeUndetermined(verdict);
}

/** What to do about it. */
export function fixFor(verdict: Verdict): string {
  if (verdict.top !== undefined) return verdict.top.fix;
  if (isStarved(verdict)) {
    return 'The process was ready to run and the machine did not let it: look at what else runs there, and at the CPU limit of its container, which stops a process that has used up its share.';
  }
  const largest = largestAccount(verdict);
  if (largest === 'unattributed') {
    return 'Watch what is missing (see unknown). A lock, queue or promise of the program itself is seen once it is told of by trackResource of @holdup/agent; then look at the next late request of this route.';
  }
  const advice = largest === undefined ? undefined : WHAT_TO_DO[largest];
  if (advice !== undefined && shareOf(verdict, largest) > MOST_OF_IT) return advice;
  return 'Read the ledger: no single thing is to blame. The largest accounts are where time can be won; the budget may simply be too small.';
}

function summarizeUndetermined(verdict: Verdict): string {
  const { route, wall, budget, ledger } = verdict;
  const of = budget === undefined ? '' : ` of a budget of ${formatMs(budget)}`;
  const largest = [...ledger.totals()]
    .slice(0, 2)
    .map(([account, ns]) => `${account} ${formatMs(ns)} (${formatShare(ns, wall)})`);
  const most = largest.length === 0 ? '' : `: the largest parts are ${listed(largest)}`;
  const unseen = unseenText(verdict);
  const dropped =
    verdict.droppedOps === undefined ? '' : `; ${verdict.droppedOps} more of its steps were too many to keep`;
  return `${route} took ${formatMs(wall)}${of} and no cause explains enough of it${most}${unseen}${dropped}.`;
}

function unseenText(verdict: Verdict): string {
  const account = largestAccount(verdict);
  if (account === 'unattributed') return `; ${whatIsMissing(verdict)}`;
  const missing = missingFor(verdict, account);
  return missing === undefined ? '' : `; not known: ${missing}`;
}

/** What the first cause that is about the account could not know. */
function missingFor({ unknown }: Verdict, account: Account | undefined): string | undefined {
  const causes = account === undefined ? undefined : ASKED_ABOUT[account];
  return unknown.find(({ cause }) => causes?.includes(cause))?.missing[0];
}

function isStarved(verdict: Verdict): boolean {
  return missingFor(verdict, largestAccount(verdict))?.startsWith(WHO_ELSE) === true;
}

function shareOf({ ledger, wall }: Verdict, account: Account | undefined): number {
  return account === undefined ? 0 : ledger.sum(account) / wall;
}

function largestAccount({ ledger }: Verdict): Account | undefined {
  return ledger.totals().keys().next().value;
}

function whatIsMissing({ unknown }: Verdict): string {
  const [awaited] = unknown.find(({ cause }) => cause === 'lock-contention')?.missing ?? [];
  if (awaited?.startsWith(WHETHER) === true) return `not known: ${awaited}`;
  const missing = [...new Set(unknown.flatMap((finding) => finding.missing))];
  if (missing.length > 0) return `not watched: ${listed(missing)}`;
  return 'every source is watched, so it was something Holdup has no probe for';
}
