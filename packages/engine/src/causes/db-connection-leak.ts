import { type ChainLink, type EvidenceItem, type Hold, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { holdersByRoute, type RouteShare } from './support/holders.ts';
import { allWere, poolEvidence, poolSize } from './support/pool-evidence.ts';
import { type PoolWait, pickPoolWait, whyNoPoolWait } from './support/pool-waits.ts';

/** Connections were held by requests that had already ended. */
export const dbConnectionLeak: Cause = {
  id: 'db-connection-leak',
  needs: ['ledger', 'pool-holders'],
  diagnose(late) {
    const wait = pickPoolWait(late, 'leak');
    if (wait === undefined) return ruledOut('db-connection-leak', whyNoPoolWait(late));
    const route = leakingRoute(wait);
    if (wait.kind !== 'leak' || route === undefined) return ruledOut('db-connection-leak', whyNot(wait));
    const leaks = leakedHolds(late, wait, route);
    return confirmed('db-connection-leak', {
      explained: ns(wait.leaked),
      depth: 0,
      culprit: { kind: 'route', name: route },
      summary: summaryOf(late, wait, route, leaks),
      chain: [
        { kind: 'wait', ns: wait.blame.wait, resource: wait.name },
        { kind: 'leak', ns: ns(wait.leaked), route, resource: wait.name, ...leakText(late, leaks) },
      ],
      evidence: [...leaks.slice(0, 4).map((hold) => leakEvidence(late, hold)), ...poolEvidence(late, wait)],
      fix: `In ${route}, release the connection in a finally block: some path (an early return, a thrown error) ends the request without client.release(). pool.query() gives it back by itself.`,
    });
  },
};

function summaryOf(late: Case, wait: PoolWait, route: string, leaks: readonly Hold[]): string {
  const size = poolSize(late, wait);
  const some =
    leaks.length === size
      ? allWere(late, wait)
      : `${leaks.length}${size === undefined ? '' : ` of ${size}`} connections were`;
  return `${late.request.route} waited ${formatMs(wait.blame.wait)} of ${formatMs(late.ledger.wall)} for a connection of ${wait.name}: ${some} never given back by ${route}, whose requests ended up to ${formatMs(oldestEnd(late, leaks))} ago.`;
}

function oldestEnd(late: Case, leaks: readonly Hold[]): number {
  return Math.max(0, ...leaks.map((hold) => late.ledger.end - (hold.holder.requestEnd ?? late.ledger.end)));
}

function whyNot(wait: PoolWait): string {
  return `${formatMs(wait.leaked)} of the ${formatMs(wait.blame.wait)} wait was behind connections of ended requests: less than half`;
}

function leakingRoute(wait: PoolWait): string | undefined {
  const leaked = ({ shares }: RouteShare) =>
    shares.flatMap((share) => share.parts).reduce((sum, part) => sum + (part.end === 'leak' ? part.ns : 0), 0);
  return holdersByRoute(wait.blame).sort((a, b) => leaked(b) - leaked(a))[0]?.route;
}

function leakedHolds(late: Case, wait: PoolWait, route: string): Hold[] {
  return late.recording.holds.filter(
    ({ resource, holder, end }) =>
      resource === wait.blame.resource &&
      holder.route === route &&
      holder.requestEnd !== undefined &&
      end === undefined,
  );
}

function leakText(late: Case, leaks: readonly Hold[]): Pick<ChainLink, 'doing' | 'stack'> {
  const stack = leaks.find((hold) => hold.stack !== undefined)?.stack;
  return {
    doing: `ended up to ${formatMs(oldestEnd(late, leaks))} ago and still has ${count(leaks.length, 'connection')}`,
    ...(stack === undefined ? {} : { stack }),
  };
}

function leakEvidence(late: Case, hold: Hold): EvidenceItem {
  const taken = formatMs(late.ledger.end - hold.start);
  const ended = formatMs(late.ledger.end - (hold.holder.requestEnd ?? late.ledger.end));
  return {
    kind: 'leak',
    text: `${hold.unit}: taken ${taken} ago by ${hold.holder.route}, whose request ended ${ended} ago`,
  };
}
