import { type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs, listed } from './support/format.ts';
import { chainTo, depthOf, type Group, type Located, largestGroups, locate, sumOf } from './support/located.ts';
import { slotQueues } from './support/lookup-queue.ts';
import { lookedUpHost } from './support/ops.ts';
import { beyondUsual, describeUsual, isMaterial, leastTime, tookOf } from './support/significance.ts';

/** glibc asks the next server (or the same again) after five seconds without an answer: resolv.conf(5), `timeout`. */
const RESOLVER_TIMEOUT_MS = 5_000;
const RESOLVER_TIMEOUT_SPREAD_MS = 250;

export const dnsSlow: Cause = {
  id: 'dns-slow',
  needs: ['ledger', 'dns-lookups'],
  diagnose(late) {
    const lookups = slowLookups(late);
    const explained = sumOf(lookups);
    const top = largestGroups(lookups, (item) => hostOfLookup(late, item))[0];
    if (top === undefined || !isMaterial(late, explained)) {
      return ruledOut('dns-slow', whyNot(late, sumOf(locate(late, 'dns'))));
    }
    const longest = top.items[0];
    return confirmed('dns-slow', {
      explained: ns(explained),
      depth: depthOf(lookups),
      culprit: { kind: 'host', name: top.key },
      summary: summaryOf(late, top, explained),
      chain:
        longest === undefined
          ? []
          : chainTo(late, longest, top.key, `looking up ${top.key} for ${formatMs(longest.ns)}`),
      evidence: evidenceOf(late, lookups),
      fix: `Find out why the resolver is slow for ${top.key} (its servers, search domains and ndots in resolv.conf, an IPv6 question that gets no answer), and keep connections alive so that fewer lookups are needed.`,
    });
  },
};

/** Lookups beyond their usual time, and the queue behind slow lookups of the same name: the resolver is slow there too. */
function slowLookups(late: Case): Located[] {
  const own = locate(late, 'dns')
    .map((item) => ({
      ...item,
      // Only a dns op's earlier times are lookups; those of an HTTP call mostly reused a socket.
      ns: item.op?.detail.kind === 'dns' ? beyondUsual(item.ns / item.scale, item.op.usual) * item.scale : item.ns,
    }))
    .filter((item) => item.ns > 0);
  if (sumOf(own) < leastTime(late)) return own;
  const queued = late.once(slotQueues).map((queue) => ({ ...queue.at, ns: queue.behindSame }));
  return [...own, ...queued.filter((item) => item.ns > 0)];
}

function hostOfLookup(late: Case, item: Located): string {
  return item.op === undefined ? 'an unknown name' : lookedUpHost(late.recording, item.op);
}

function whyNot(late: Case, total: number): string {
  const usual = locate(late, 'dns').find((item) => item.op?.detail.kind === 'dns')?.op?.usual;
  const ordinary = usual !== undefined && isMaterial(late, total) ? `, usually ${describeUsual(usual)}` : '';
  return tookOf(late, 'dns', total) + ordinary;
}

function summaryOf(late: Case, top: Group, explained: number): string {
  const { route } = late.request;
  const time = `${formatMs(explained)} of ${formatMs(late.ledger.wall)}`;
  const holder = top.items[0];
  if (holder === undefined || holder.depth === 0) {
    return `${route} spent ${time} looking up ${top.key}: the resolver was slow to answer.`;
  }
  return `${route} spent ${time} waiting for ${holder.route}, which was looking up ${top.key}: the resolver was slow to answer.`;
}

function evidenceOf(late: Case, lookups: readonly Located[]): EvidenceItem[] {
  const evidence = largestGroups(lookups, (item) => hostOfLookup(late, item)).map<EvidenceItem>((group) => ({
    kind: 'lookup',
    text: `${group.key}: ${formatMs(group.ns)} in ${group.items.length === 1 ? 'one lookup' : `${group.items.length} lookups`}`,
  }));
  for (const { op } of lookups) {
    if (op?.usual !== undefined && op.detail.kind === 'dns') {
      evidence.push({
        kind: 'usual-time',
        text: `lookups of ${op.detail.host} usually take ${describeUsual(op.usual)}`,
      });
      break;
    }
  }
  const failed = lookups.flatMap(({ op }) => (op?.failure?.code === undefined ? [] : [op.failure.code]));
  if (failed.length > 0) evidence.push({ kind: 'failure', text: `ended with ${listed([...new Set(failed)])}` });
  const steps = lookups.filter((item) => isResolverTimeout(item.ns / item.scale));
  if (steps.length > 0) {
    evidence.push({ kind: 'resolver-timeout', text: 'close to a multiple of 5 s, after which a resolver asks again' });
  }
  return evidence;
}

function isResolverTimeout(time: number): boolean {
  const ms = time / 1e6;
  const steps = Math.round(ms / RESOLVER_TIMEOUT_MS);
  return steps > 0 && Math.abs(ms - steps * RESOLVER_TIMEOUT_MS) <= RESOLVER_TIMEOUT_SPREAD_MS;
}
