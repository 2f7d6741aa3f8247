import { type ChainLink, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { describeHolder } from './support/holders.ts';
import { groupBy, sumOf } from './support/located.ts';
import { resourceName } from './support/ops.ts';
import { type Orphan, type OrphanedWait, orphanedWaits } from './support/orphans.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** What this request waited for was held by work whose own caller had gone already. */
export const workAfterCancel: Cause = {
  id: 'work-after-cancel',
  needs: ['ledger', 'caller'],
  diagnose(late) {
    const waits = late.once(orphanedWaits);
    const explained = waits.reduce((sum, { orphans }) => sum + sumOf(orphans), 0);
    const largest = waits.toSorted((a, b) => sumOf(b.orphans) - sumOf(a.orphans))[0];
    const top = topRoute(largest?.orphans ?? []);
    const first = top[0];
    if (largest === undefined || first === undefined || !isMaterial(late, explained)) {
      return ruledOut('work-after-cancel', tookOf(late, 'waiting for work whose caller had gone', explained));
    }
    const { route } = first.holder;
    const resource = resourceName(late.recording, largest.wait.resource);
    const gone = first.hungUp ? 'had hung up' : 'had stopped waiting';
    const doing = describeHolder(late, late.blameFor(largest.wait), first.share);
    return confirmed('work-after-cancel', {
      explained: ns(explained),
      depth: 1,
      culprit: { kind: 'route', name: route },
      summary: `${late.request.route} waited ${formatMs(largest.wait.ns)} of ${formatMs(late.ledger.wall)} for ${unitOf(late, largest, resource)}, ${formatMs(explained)} of it behind ${route} whose caller ${gone}: the work went on for nobody${doing === undefined ? '' : ` (${doing})`}.`,
      chain: chainOf(largest, route, top, resource, doing),
      evidence: evidenceOf(late, largest, top),
      fix: `In ${route}, stop when the caller goes: give every call an AbortSignal that fires when the response closes, look at it before taking a connection or a lock, and have the statement cancelled (statement_timeout, pg_cancel_backend) where the driver takes no signal.`,
    });
  },
};

function unitOf({ recording }: Case, { wait }: OrphanedWait, name: string): string {
  switch (recording.resources.get(wait.resource)?.kind) {
    case 'db-pool':
      return `a connection of ${name}`;
    case 'event-loop':
    case 'thread-pool':
      return `the ${name}`;
    default:
      return name;
  }
}

/** Those of the route with the most of it. */
function topRoute(orphans: readonly Orphan[]): readonly Orphan[] {
  const routes = [...groupBy(orphans, ({ holder }) => holder.route)];
  return routes.sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || (a[0] < b[0] ? -1 : 1))[0]?.[1] ?? [];
}

function chainOf(
  { wait }: OrphanedWait,
  route: string,
  top: readonly Orphan[],
  resource: string,
  doing: string | undefined,
): ChainLink[] {
  const time = ns(sumOf(top));
  return [
    { kind: 'wait', ns: ns(wait.ns), resource },
    { kind: 'holder', ns: time, route, ...(doing ? { doing } : {}) },
    { kind: 'work', ns: time, route, doing: 'for a caller that had gone' },
  ];
}

function evidenceOf(late: Case, { wait, orphans }: OrphanedWait, top: readonly Orphan[]): EvidenceItem[] {
  const end = wait.entries.at(-1)?.end ?? late.ledger.end;
  const shown = top.slice(0, 4).map(({ holder, goneAt, hungUp, ns: time }): EvidenceItem => {
    const gone = hungUp ? 'its caller hung up' : 'the deadline its caller sent passed';
    return {
      kind: 'orphan',
      text: `${holder.route}: ${gone} ${formatMs(end - goneAt)} before the wait was over; ${formatMs(time)} of the wait since then`,
    };
  });
  const routes = new Set(orphans.map(({ holder }) => holder.route)).size;
  const who = `${count(orphans.length, 'holder')} of ${count(routes, 'route')}`;
  return [...shown, { kind: 'orphans', text: `${who} worked for callers that had gone` }];
}
