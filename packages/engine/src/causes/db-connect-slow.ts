import { type Account, type EvidenceItem, type Finding, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { chainTo, depthOf, type Group, type Located, largestGroups, locate, sumOf } from './support/located.ts';
import { hostOf, isOpOf } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** Steps before the database server itself is asked: lookup, TCP, TLS. */
const BEFORE_SERVER: readonly Account[] = ['dns', 'tcp', 'tls'];

/** A new database connection took long until it could be used. */
export const dbConnectSlow: Cause = {
  id: 'db-connect-slow',
  needs: ['ledger', 'db-client'],
  diagnose(late) {
    const connecting = locate(late, 'db.connect');
    const top = largestGroups(connecting, (item) => databaseOf(late, item))[0];
    const longest = top?.items[0];
    if (top === undefined || longest === undefined || !isMaterial(late, top.ns)) {
      return ruledOut('db-connect-slow', tookOf(late, 'opening database connections', sumOf(connecting)));
    }
    const time = `${formatMs(top.ns)} of ${formatMs(late.ledger.wall)}`;
    if (longest.op !== undefined && isOpOf(longest.op, 'db-query')) {
      return keptBackFinding(late, top, longest, `${late.request.route} waited ${time}`);
    }
    const through = longest.depth === 0 ? '' : ` through ${longest.route}, which was`;
    const open = longest.op !== undefined && longest.op.end === undefined ? ', not complete so far' : '';
    return confirmed('db-connect-slow', {
      explained: ns(top.ns),
      depth: depthOf(top.items),
      culprit: { kind: 'resource', name: top.key },
      summary: `${late.request.route} spent ${time}${through} opening a connection to ${top.key}: connected, but not let in by the server${open}.`,
      chain: chainTo(late, longest, top.key, `start-up and authentication for ${formatMs(longest.ns)}${open}`),
      evidence: evidenceOf(late, top, longest),
      fix: `See what ${top.key} does before it lets a client in (its processor, the connection limit of a proxy, LDAP or PAM), and open fewer connections: keep them longer than the pauses between requests (idleTimeoutMillis, min), and never one per request.`,
    });
  },
};

/** The client had the statement and kept it until its one connection was ready: it may have been lost, or never there. */
function keptBackFinding(late: Case, { key, ns: time, items }: Group, longest: Located, waited: string): Finding {
  const through = longest.depth === 0 ? '' : ` through ${longest.route}`;
  const kept = longest.op?.name ?? 'a command';
  const isOpen = longest.op?.phases.some(({ account, end }) => account === 'db.connect' && end === undefined) === true;
  const open = isOpen ? ', nor is it by now' : '';
  return confirmed('db-connect-slow', {
    explained: ns(time),
    depth: depthOf(items),
    culprit: { kind: 'resource', name: key },
    summary: `${waited}${through} for the connection to ${key}, which was not ready${open}: the client kept ${kept} back.`,
    chain: chainTo(late, longest, key, `no connection that takes commands for ${formatMs(longest.ns)}${open}`),
    evidence: [
      {
        kind: 'kept-back',
        text: `${count(items.length, 'command')} kept back for ${formatMs(time)} until the connection was ready`,
      },
    ],
    fix: `See why ${key} could not be reached or was not ready then (a restart, a fail-over, loading its data). Let the service take requests only once it is connected, and bound the wait: a command that is kept back has no time limit unless one is set (commandTimeout, maxRetriesPerRequest, enableOfflineQueue: false).`,
  });
}

function databaseOf(late: Case, { op }: Located): string {
  return op === undefined ? 'an unknown database' : hostOf(late.recording, op);
}

function evidenceOf(late: Case, group: Group, longest: Located): EvidenceItem[] {
  const evidence: EvidenceItem[] = [
    {
      kind: 'connects',
      text: `${count(group.items.length, 'connection')} to ${group.key}, ${formatMs(group.ns)} until the server let them in`,
    },
  ];
  const { op, request } = longest;
  if (op?.detail.kind === 'pool-wait') {
    const { total, max, waiting } = op.detail;
    const of = max === undefined ? '' : ` of ${max}`;
    evidence.push({
      kind: 'pool-numbers',
      text: `as it was asked for, ${total}${of} connections were open, none of them idle, ${waiting} already waiting`,
    });
  }
  const ledger =
    request === undefined || op === undefined ? undefined : late.ledgerOf(request.id, op.start, endOf(late, op));
  const before = (ledger?.entries ?? []).filter(({ account }) => BEFORE_SERVER.includes(account));
  const time = before.reduce((sum, { start, end }) => sum + end - start, 0);
  if (ledger !== undefined) {
    evidence.push({ kind: 'network', text: `lookup, TCP and TLS took ${formatMs(time)} of it` });
  }
  return evidence;
}

function endOf(late: Case, op: NonNullable<Located['op']>) {
  return op.end ?? late.recording.now;
}
