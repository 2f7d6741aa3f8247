import { type ConnectAttempt, type EvidenceItem, msToNs, ns, type Op } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { attemptsOf, describeAttempt, explainedByCap, hostOfConnect } from './support/connects.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs, listed } from './support/format.ts';
import { chainTo, depthOf, type Group, type Located, largestGroups, locate, sumOf } from './support/located.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** A TCP connect is one round trip, and no network path on Earth but a satellite's takes a quarter of a second. */
const LONGEST_ROUND_TRIP_NS = msToNs(250);
/** With a budget under half a second, an attempt that ate half of it unanswered has stalled for this request. */
const STALLED_BUDGET_SHARE = 0.5;

/** Linux sends an unanswered SYN again after 1 s, then after 2, 4 …: connects that got through late end near 1, 3, 7 s. */
const SYN_RETRY_AT_MS = [1_000, 3_000, 7_000, 15_000] as const;
const SYN_RETRY_SPREAD_MS = 150;

/** TCP did not complete: SYN unanswered, peer unreachable, or its accept backlog full. */
export const connectStalled: Cause = {
  id: 'connect-stalled',
  needs: ['ledger', 'socket-phases'],
  diagnose(late) {
    const connects = locate(late, 'tcp').map((connect) => ({
      ...connect,
      ns: connect.ns - explainedByCap(late, connect),
    }));
    const stalled = connects.filter((connect) => isStalled(late, connect));
    const top = largestGroups(stalled, (item) => hostOfConnect(late, item))[0];
    const longest = top?.items[0];
    if (top === undefined || longest === undefined || !isMaterial(late, top.ns)) {
      return ruledOut('connect-stalled', whyNot(late, connects));
    }
    const how = outcomeOf(longest.op);
    const through = longest.depth === 0 ? '' : ` through ${longest.route}, which was`;
    return confirmed('connect-stalled', {
      explained: ns(top.ns),
      depth: depthOf(top.items),
      culprit: { kind: 'host', name: top.key },
      summary: `${late.request.route} spent ${formatMs(top.ns)} of ${formatMs(late.ledger.wall)}${through} connecting to ${top.key}: ${how}.`,
      chain: chainTo(late, longest, top.key, `TCP connect to ${top.key}: ${how}`),
      evidence: evidenceOf(top),
      fix: `See whether ${top.key} accepts connections (is it up, is its backlog full: ss -lnt, does a firewall drop packets), give connecting its own timeout well below the budget, and reuse connections.`,
    });
  },
};

/** A connect that succeeded may be just far away; one nobody answered is judged by the budget too. */
function isStalled(late: Case, connect: Located): boolean {
  const time = connect.ns / connect.scale;
  if (time >= LONGEST_ROUND_TRIP_NS) return true;
  const budget = late.request.deadline?.budget;
  const attempts = attemptsOf(connect.op);
  const unanswered = attempts.length > 0 && attempts.every((attempt) => attempt.result !== 'connected');
  return unanswered && budget !== undefined && time >= STALLED_BUDGET_SHARE * budget;
}

function whyNot(late: Case, connects: readonly Located[]): string {
  const total = sumOf(connects);
  const took = tookOf(late, 'tcp', total);
  const longest = connects[0];
  if (longest === undefined || !isMaterial(late, total)) return took;
  return `${took}, no connect longer than ${formatMs(longest.ns / longest.scale)}: a round trip can take ${formatMs(LONGEST_ROUND_TRIP_NS)}`;
}

function outcomeOf(op: Op | undefined): string {
  const attempts = attemptsOf(op);
  const last = attempts.at(-1);
  if (last === undefined) return 'no answer in that time';
  switch (last.result) {
    case 'connected':
      return attempts.length > 1 ? `only attempt ${attempts.length} got through` : 'it got through late';
    case 'open':
      return 'no answer so far';
    case 'timed-out':
      return `no answer${codeOf(last)}`;
    case 'failed':
      return `it failed${codeOf(last)}`;
  }
}

function codeOf(attempt: ConnectAttempt): string {
  return attempt.code === undefined ? '' : ` (${attempt.code})`;
}

function evidenceOf(group: Group): EvidenceItem[] {
  const attempts = group.items.flatMap((item) => attemptsOf(item.op));
  const evidence: EvidenceItem[] = [
    {
      kind: 'connects',
      text: `${count(group.items.length, 'connect')} to ${group.key}, ${formatMs(group.ns)} together`,
    },
    ...attempts.map((attempt) => ({ kind: 'attempt', text: describeAttempt(attempt) })),
  ];
  const retried = attempts.filter(endsAtSynRetry);
  if (retried.length > 0) {
    const times = listed(retried.map((attempt) => formatMs((attempt.end ?? attempt.start) - attempt.start)));
    evidence.push({
      kind: 'syn-retry',
      text: `got through after ${times}: Linux sends an unanswered SYN again at 1, 3 and 7 s, so the first was lost or dropped by a full backlog`,
    });
  }
  return evidence;
}

function endsAtSynRetry({ start, end, result }: ConnectAttempt): boolean {
  if (end === undefined || result !== 'connected') return false;
  const ms = (end - start) / 1e6;
  return SYN_RETRY_AT_MS.some((at) => ms >= at && ms <= at + SYN_RETRY_SPREAD_MS);
}
