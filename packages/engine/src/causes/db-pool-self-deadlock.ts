import { type ChainLink, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { holdersByRoute } from './support/holders.ts';
import { allWere, poolEvidence, poolSize } from './support/pool-evidence.ts';
import { type PoolWait, pickPoolWait, whyNoPoolWait } from './support/pool-waits.ts';

/** Requests hold a connection and wait for a second one of the same pool: with all in that state none goes on. */
export const dbPoolSelfDeadlock: Cause = {
  id: 'db-pool-self-deadlock',
  needs: ['ledger', 'pool-holders'],
  diagnose(late) {
    const wait = pickPoolWait(late, 'self-deadlock');
    if (wait === undefined) return ruledOut('db-pool-self-deadlock', whyNoPoolWait(late));
    if (wait.kind !== 'self-deadlock') return ruledOut('db-pool-self-deadlock', whyNot(wait));
    const route = wait.holdsOne ? late.request.route : (stuckRoute(wait) ?? late.request.route);
    return confirmed('db-pool-self-deadlock', {
      explained: ns(wait.blame.wait),
      depth: wait.holdsOne ? 0 : 1,
      culprit: { kind: 'route', name: route },
      summary: summaryOf(late, wait, route),
      chain: chainOf(wait, route),
      evidence: [
        {
          kind: 'hold-and-wait',
          text: `${formatMs(wait.stuck)} of the ${formatMs(wait.blame.wait)} wait was behind requests that hold one connection and wait for another`,
        },
        ...poolEvidence(late, wait),
      ],
      fix: `In ${route}, take one connection and pass it on to everything that runs inside, instead of calling pool.connect() or pool.query() again while holding one. A larger pool only moves the load at which it locks up.`,
    });
  },
};

function summaryOf(late: Case, wait: PoolWait, route: string): string {
  const time = `${formatMs(wait.blame.wait)} of ${formatMs(late.ledger.wall)}`;
  if (!wait.holdsOne) {
    return `${late.request.route} waited ${time} for a connection of ${wait.name}: ${allWere(late, wait)} held by requests, mostly of ${route}, that each wait for a second one, so none can go on.`;
  }
  const size = poolSize(late, wait);
  if (size === 1) {
    return `${late.request.route} holds the only connection of ${wait.name} and waited ${time} for a second one, which can never come.`;
  }
  return `${late.request.route} holds a connection of ${wait.name} and waited ${time} for a second one, as do the others that hold the rest of ${size === undefined ? 'them' : `its ${size}`}: none can go on.`;
}

function whyNot(wait: PoolWait): string {
  return `${formatMs(wait.stuck)} of the ${formatMs(wait.blame.wait)} wait was behind requests that hold a connection and wait for another: less than half`;
}

function stuckRoute(wait: PoolWait): string | undefined {
  return holdersByRoute(wait.blame).find((group) =>
    group.shares.some((share) => share.parts.some((part) => part.account === 'db.pool-queue')),
  )?.route;
}

function chainOf(wait: PoolWait, route: string): ChainLink[] {
  const waiting: ChainLink = { kind: 'wait', ns: wait.blame.wait, resource: wait.name };
  const knot: ChainLink = {
    kind: 'cycle',
    ns: ns(Math.max(wait.stuck, 1)),
    route,
    resource: wait.name,
    doing: 'holds one connection and waits for a second one of the same pool',
  };
  return [waiting, knot];
}
