import { type EvidenceItem, msToNs, ns, type Op } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { chainTo, depthOf, type Located, largestGroups, locate, sumOf } from './support/located.ts';
import { hostOf } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** TLS 1.2 takes two round trips, 1.3 one; a third allows for a certificate that does not fit the first flight. */
const ROUND_TRIPS = 3;
/** A connect longer than this was stalled itself and does not measure the distance. */
const LONGEST_ROUND_TRIP_NS = msToNs(250);

/** The handshake took longer than the distance to the peer accounts for. */
export const tlsSlow: Cause = {
  id: 'tls-slow',
  needs: ['ledger', 'socket-phases'],
  diagnose(late) {
    const handshakes = locate(late, 'tls');
    const slow = handshakes.filter((item) => item.ns / item.scale > ROUND_TRIPS * roundTripOf(item.op));
    const top = largestGroups(slow, (item) => hostOfHandshake(late, item))[0];
    const longest = top?.items[0];
    if (top === undefined || longest === undefined || !isMaterial(late, top.ns)) {
      return ruledOut('tls-slow', whyNot(late, handshakes));
    }
    const through = longest.depth === 0 ? '' : ` through ${longest.route}, which was`;
    const open = isHandshakeOpen(longest.op) ? ', not complete so far' : '';
    return confirmed('tls-slow', {
      explained: ns(top.ns),
      depth: depthOf(top.items),
      culprit: { kind: 'host', name: top.key },
      summary: `${late.request.route} spent ${formatMs(top.ns)} of ${formatMs(late.ledger.wall)}${through} in the TLS handshake with ${top.key}${open}.`,
      chain: chainTo(late, longest, top.key, `TLS handshake with ${top.key} for ${formatMs(longest.ns)}${open}`),
      evidence: evidenceOf(top.key, top.items),
      fix: `Look at ${top.key}: a busy peer signs slowly, and certificate checks may wait for an outside service (OCSP, a key store). Keep connections alive and resume sessions so that fewer handshakes are needed.`,
    });
  },
};

function hostOfHandshake(late: Case, item: Located): string {
  return item.op === undefined ? 'an unknown host' : hostOf(late.recording, item.op);
}

/** One round trip to the peer, measured by the TCP connect of the same op; 0 when it was not seen. */
function roundTripOf(op: Op | undefined): number {
  const socket = op?.detail.kind === 'http-client' || op?.detail.kind === 'socket' ? op.detail.socket : undefined;
  const answered = socket?.attempts.find((attempt) => attempt.result === 'connected') ?? op?.phases.find(isTcp);
  if (answered?.end === undefined) return 0;
  return Math.min(LONGEST_ROUND_TRIP_NS, answered.end - answered.start);
}

function isTcp(phase: Op['phases'][number]): boolean {
  return phase.account === 'tcp';
}

function isHandshakeOpen(op: Op | undefined): boolean {
  return op?.phases.some((phase) => phase.account === 'tls' && phase.end === undefined) ?? false;
}

function whyNot(late: Case, handshakes: readonly Located[]): string {
  const took = tookOf(late, 'tls', sumOf(handshakes));
  const longest = handshakes[0];
  if (longest === undefined || !isMaterial(late, longest.ns)) return took;
  const roundTrip = roundTripOf(longest.op);
  if (roundTrip === 0) return took;
  return `${took}, but the TCP connect took ${formatMs(roundTrip)}: the peer is far away, a handshake takes up to ${ROUND_TRIPS} round trips`;
}

function evidenceOf(host: string, items: readonly Located[]): EvidenceItem[] {
  const evidence = [
    {
      kind: 'handshakes',
      text: `${count(items.length, 'handshake')} with ${host}, ${formatMs(sumOf(items))} together`,
    },
  ];
  const roundTrip = roundTripOf(items[0]?.op);
  if (roundTrip > 0) {
    evidence.push({
      kind: 'round-trip',
      text: `the TCP connect before it took ${formatMs(roundTrip)}: distance is not the reason`,
    });
  }
  return evidence;
}
