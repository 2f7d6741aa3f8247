import { type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs, listed } from './support/format.ts';
import { depthOf, pathTo, sumOf } from './support/located.ts';
import { type SlotQueue, slotQueues } from './support/lookup-queue.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** A name that held less than a tenth of the slot time is not one of those to look at. */
const LEAST_HOLDER_SHARE = 0.1;

/** Lookups of this request waited for one of libuv's getaddrinfo slots while slow lookups of other names held them. */
export const dnsQueueStarved: Cause = {
  id: 'dns-queue-starved',
  needs: ['ledger', 'dns-lookups'],
  diagnose(late) {
    const queues = late.once(slotQueues);
    const queued = sumOf(queues.map((queue) => queue.at));
    const explained = queues.reduce((sum, queue) => sum + queue.behindOthers, 0);
    const behindOthers = queues.filter((queue) => queue.behindOthers > 0);
    const top = behindOthers[0];
    const hosts = otherHosts(late, behindOthers);
    if (top === undefined || hosts.length === 0 || !isMaterial(late, explained)) {
      return ruledOut('dns-queue-starved', whyNot(late, queued, explained));
    }
    const names = hosts.map(([host]) => host);
    return confirmed('dns-queue-starved', {
      explained: ns(explained),
      depth: depthOf(behindOthers.map((queue) => queue.at)),
      culprit: { kind: 'host', name: [...names].sort().join(', ') },
      summary: `${late.request.route} waited ${formatMs(explained)} of ${formatMs(late.ledger.wall)} for a slot to look up ${top.host}${through(top)}: lookups of ${listed(names)} held the ${late.recording.lookupSlots} there are.`,
      chain: [
        ...pathTo(late, top.at),
        { kind: 'wait', ns: ns(top.behindOthers), resource: 'dns slots', doing: `queueing to look up ${top.host}` },
        { kind: 'outside', ns: ns(top.behindOthers), resource: listed(names), doing: `lookups of ${listed(names)}` },
      ],
      evidence: evidenceOf(late, hosts),
      fix: `Make the lookups of ${listed(names)} fast or rare: cache them (a caching lookup for the agent, or a local resolver), resolve with dns.resolve, which uses no slots, or raise UV_THREADPOOL_SIZE: half of its threads serve lookups.`,
    });
  },
};

/** Names other than the one that queued, by slot time, largest first; no more than there are slots. */
function otherHosts(late: Case, queues: readonly SlotQueue[]): [string, number][] {
  const times = new Map<string, number>();
  for (const { host, holders } of queues) {
    for (const [other, time] of holders) if (other !== host) times.set(other, (times.get(other) ?? 0) + time);
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted
    .filter(([, time], rank) => rank === 0 || time >= LEAST_HOLDER_SHARE * total)
    .slice(0, late.recording.lookupSlots);
}

function whyNot(late: Case, queued: number, explained: number): string {
  if (queued > explained && isMaterial(late, queued)) {
    return `${formatMs(queued)} in the lookup queue, but behind lookups of the same name: the resolver itself is slow`;
  }
  return tookOf(late, 'queueing for a lookup slot', queued);
}

function through(queue: SlotQueue): string {
  return queue.at.depth === 0 ? '' : ` (through ${queue.at.route})`;
}

function evidenceOf(late: Case, hosts: readonly [string, number][]): EvidenceItem[] {
  return [
    ...hosts.map(([host, time]) => ({
      kind: 'slot-holder',
      text: `lookups of ${host} held ${formatMs(time)} of slot time`,
    })),
    {
      kind: 'slots',
      text: `libuv runs ${late.recording.lookupSlots} lookups at once in this process, whatever they are for`,
    },
  ];
}
