import { type EvidenceItem, ns, type Recording } from '@holdup/model';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs, formatShare } from './support/format.ts';
import { depthOf, type Group, largestGroups, locate, pathTo, sumOf } from './support/located.ts';
import { isOpOf, type OpOf } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { Windows } from './support/windows.ts';

/** The HTTP client's own limit of sockets to a host was reached: the request waited before anything was sent. */
export const clientSocketQueue: Cause = {
  id: 'client-socket-queue',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const queued = locate(late, 'http.socket-queue').filter((item) => item.op?.detail.kind === 'http-client');
    const top = largestGroups(queued, (item) => (item.op?.detail.kind === 'http-client' ? item.op.detail.host : ''))[0];
    const longest = top?.items[0];
    if (
      top === undefined ||
      longest?.op === undefined ||
      !isOpOf(longest.op, 'http-client') ||
      !isMaterial(late, top.ns)
    ) {
      return ruledOut('client-socket-queue', tookOf(late, 'queueing for a client socket', sumOf(queued)));
    }
    const users = socketUsers(late.recording, longest.op, top);
    const limit = longest.op.detail.socketLimit;
    // Nobody seen with a socket and no limit known: it may be something else the client waited for.
    if (users.length === 0 && limit === undefined)
      return unknown('client-socket-queue', `who used the sockets to ${top.key}`);
    const through = longest.depth === 0 ? '' : ` through ${longest.route}`;
    const first = users[0];
    return confirmed('client-socket-queue', {
      explained: ns(top.ns),
      depth: depthOf(top.items),
      culprit: { kind: 'host', name: top.key },
      summary: `${late.request.route} waited ${formatMs(top.ns)} of ${formatMs(late.ledger.wall)}${through} for a free socket to ${top.key}: ${limit === undefined ? 'all this client may open were' : `the client's limit of ${limit} was`} in use${first === undefined ? '' : `, mostly by ${first.route}`}.`,
      chain: [
        ...pathTo(late, longest),
        { kind: 'wait', ns: ns(longest.ns), resource: `sockets to ${top.key}` },
        ...(first === undefined
          ? []
          : [
              { kind: 'holder' as const, ns: ns(longest.ns * first.share), route: first.route, doing: first.doing },
              { kind: 'outside' as const, ns: ns(longest.ns * first.share), resource: top.key, doing: first.doing },
            ]),
      ],
      evidence: evidenceOf(top, limit, users),
      fix: `Raise the client's limit for ${top.key} (maxSockets of the http agent, connections of the undici pool), or make the calls that hold the sockets shorter or fewer.`,
    });
  },
};

interface SocketUser {
  readonly route: string;
  /** Of all socket time seen during the wait. */
  readonly share: number;
  readonly calls: number;
  readonly doing: string;
}

/** Who had sockets to the same origin while this call queued for one. */
function socketUsers(recording: Recording, waiting: OpOf<'http-client'>, group: Group): SocketUser[] {
  const windows = new Windows(group.items.flatMap((item) => item.windows));
  const byRoute = new Map<string, { time: number; calls: number; longest: number; doing: string }>();
  let total = 0;
  for (const request of recording.requests.values()) {
    for (const op of request.ops) {
      if (op.id === waiting.id || !isOpOf(op, 'http-client') || op.detail.origin !== waiting.detail.origin) continue;
      const time = windows.overlap(socketFrom(recording, op), op.end ?? recording.now);
      if (time <= 0) continue;
      const before = byRoute.get(request.route) ?? { time: 0, calls: 0, longest: 0, doing: '' };
      const isLongest = time > before.longest;
      byRoute.set(request.route, {
        time: before.time + time,
        calls: before.calls + 1,
        longest: isLongest ? time : before.longest,
        doing: isLongest ? `using one for ${formatMs(time)} for ${op.name}` : before.doing,
      });
      total += time;
    }
  }
  return [...byRoute]
    .map(([route, { time, calls, doing }]) => ({ route, share: time / total, calls, doing }))
    .sort((a, b) => b.share - a.share || (a.route < b.route ? -1 : 1));
}

/** When a call left the queue and had a socket; calls still queueing have none. */
function socketFrom(recording: Recording, op: OpOf<'http-client'>): number {
  const queue = op.phases.find((phase) => phase.account === 'http.socket-queue');
  return queue === undefined ? op.start : (queue.end ?? op.end ?? recording.now);
}

function evidenceOf(group: Group, limit: number | undefined, users: readonly SocketUser[]): EvidenceItem[] {
  const evidence: EvidenceItem[] = users.slice(0, 3).map((user) => ({
    kind: 'socket-user',
    text: `${user.route}: ${user.calls} calls to the same origin, ${formatShare(user.share, 1)} of the socket time meanwhile`,
  }));
  if (limit !== undefined)
    evidence.unshift({ kind: 'limit', text: `the client opens at most ${limit} sockets to ${group.key}` });
  if (users.length === 0) evidence.push({ kind: 'holders-unknown', text: 'who used the sockets was not recorded' });
  return evidence;
}
