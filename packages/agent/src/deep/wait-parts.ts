import type { Op, OpDetail } from '@holdup/model';
import type { WaitPart } from './rows.ts';

const NS_PER_MS = 1e6;

/**
 * A wait divided by account: its phases, and what these leave to its own account.
 * @param at now, ms: an open wait ends there
 */
export function waitParts(op: Op, at: number): WaitPart[] {
  const parts: WaitPart[] = [];
  const add = (account: string, start: number, end: number): void => {
    if (end > start) parts.push([account, start / NS_PER_MS, end / NS_PER_MS, resourceOf(op.detail, account)]);
  };
  const stop = op.end ?? at * NS_PER_MS;
  let cursor: number = op.start;
  for (const phase of op.phases) {
    const start = Math.max(cursor, phase.start);
    const end = Math.min(stop, phase.end ?? stop);
    add(op.account, cursor, Math.min(start, stop));
    add(phase.account, start, end);
    cursor = Math.max(cursor, end);
  }
  add(op.account, cursor, stop);
  return parts;
}

/** No probe sees the client's own queue: the sockets of a host are held by the calls that have one. */
export function socketsOf(host: string): string {
  return `sockets ${host}`;
}

/** What requests queue for on this account; '' where nobody is known to hold it. */
function resourceOf(detail: OpDetail, account: string): string {
  switch (detail.kind) {
    case 'pool-wait':
      return account === 'db.pool-queue' ? detail.pool : '';
    case 'resource-wait':
      return detail.resource;
    case 'http-client':
      return account === 'http.socket-queue' ? (detail.socketPool ?? socketsOf(detail.host)) : '';
    default:
      return '';
  }
}
