import { type Account, type Culprit, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { blameChain, describeHolder, holdersByRoute, type RouteShare } from './support/holders.ts';
import { findOp, mainActivity } from './support/ops.ts';
import { allWere, poolEvidence } from './support/pool-evidence.ts';
import { type PoolWait, pickPoolWait, whyNoPoolWait } from './support/pool-waits.ts';

/** A route with less than this of the wait does not stand out among the holders: the pool is simply small. */
const LEAST_CULPRIT_SHARE = 0.3;
/** Holders that each had a connection for less than half of the wait took turns: a burst, not one long hold. */
const LONG_HOLD_SHARE = 0.5;

/** No connection was free because others held them all. */
export const dbPoolExhausted: Cause = {
  id: 'db-pool-exhausted',
  needs: ['ledger', 'pool-holders'],
  diagnose(late) {
    const wait = pickPoolWait(late, 'exhausted');
    if (wait === undefined) return ruledOut('db-pool-exhausted', whyNoPoolWait(late));
    if (wait.kind !== 'exhausted') return ruledOut('db-pool-exhausted', whyNot(wait));
    const top = holdersByRoute(wait.blame)[0];
    const culprit = culpritOf(late, wait, top);
    return confirmed('db-pool-exhausted', {
      explained: ns(wait.blame.wait),
      depth: 0,
      culprit,
      summary: summaryOf(late, wait, top, culprit),
      chain: blameChain(late, wait.blame),
      evidence: [
        ...poolEvidence(late, wait),
        ...(wait.holdsOne
          ? [{ kind: 'holds-one', text: 'this request holds a connection of the same pool itself while it waits' }]
          : []),
      ],
      fix: fixOf(late, wait, top, culprit),
    });
  },
};

function whyNot(wait: PoolWait): string {
  const time = formatMs(wait.blame.wait);
  switch (wait.kind) {
    case 'leak':
      return `${formatMs(wait.leaked)} of the ${time} wait was behind connections that ended requests never gave back: see db-connection-leak`;
    case 'self-deadlock':
      return `${formatMs(wait.stuck)} of the ${time} wait was behind requests that wait for a second connection themselves: see db-pool-self-deadlock`;
    default:
      return `the pool had room as the ${time} wait began: a connection was being opened, none was held back`;
  }
}

function culpritOf(late: Case, wait: PoolWait, top: RouteShare | undefined): Culprit {
  const pool: Culprit = { kind: 'resource', name: wait.name };
  if (top === undefined || top.ns < LEAST_CULPRIT_SHARE * wait.blame.wait) return pool;
  const tookTurns = top.shares.every((share) => share.overlap < LONG_HOLD_SHARE * wait.blame.wait);
  if (top.route === late.request.route && tookTurns) return pool;
  return { kind: 'route', name: top.route };
}

function summaryOf(late: Case, wait: PoolWait, top: RouteShare | undefined, culprit: Culprit): string {
  const waited = `${late.request.route} waited ${formatMs(wait.blame.wait)} of ${formatMs(late.ledger.wall)} for a connection of ${wait.name}`;
  const all = allWere(late, wait);
  const share = top?.shares[0];
  if (top === undefined || share === undefined) return `${waited}: ${all} in use, by whom was not recorded.`;
  if (culprit.kind === 'resource') {
    const longest = Math.max(...top.shares.map((held) => held.overlap));
    return `${waited}: ${all} in use by many short holders (none of ${top.route} longer than ${formatMs(longest)}), the pool is too small for the load.`;
  }
  const doing = describeHolder(late, wait.blame, share);
  const who = share.holder.requestId === late.request.id ? 'this request itself' : top.route;
  return `${waited}: ${all} in use, mostly by ${who}${doing === undefined ? '' : ` (${doing})`}.`;
}

/** Waits that need no database connection. */
const NEEDS_NO_CONNECTION: ReadonlySet<Account> = new Set<Account>([
  'dns',
  'dns.queue',
  'threadpool.queue',
  'threadpool',
  'tcp',
  'tls',
  'lock.queue',
  'worker.queue',
  'worker.run',
  'http.socket-queue',
  'http.request-write',
  'http.first-byte',
  'http.body',
  'timer',
  'client.upload',
  'client.download',
]);

function fixOf(late: Case, wait: PoolWait, top: RouteShare | undefined, culprit: Culprit): string {
  const share = top?.shares[0];
  if (culprit.kind === 'resource' || top === undefined || share === undefined) {
    return `Give ${wait.name} more connections, or bound how many requests use it at once; a short acquire timeout turns the wait into a clear error.`;
  }
  const main = mainActivity(share.parts);
  const op = findOp(late, share.holder.requestId, main?.largest.op);
  if (main !== undefined && NEEDS_NO_CONNECTION.has(main.largest.account)) {
    return `In ${top.route}, do not hold a connection across ${op?.name ?? 'waits for others'}: do that before taking the connection or after giving it back, and keep transactions to statements only.`;
  }
  if (main?.largest.account === 'db.query') {
    return `Make ${op?.name ?? 'the statements'} of ${top.route} shorter, or give ${top.route} a pool of its own so that it cannot take all connections.`;
  }
  return `Shorten the time ${top.route} holds a connection, or give it a pool of its own so that it cannot take all of them.`;
}
