import {
  type Account,
  type Op,
  type OpDetail,
  type OpId,
  type Recording,
  type RequestId,
  type ResourceId,
  withoutPort,
} from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';

/** An op whose detail is known to be of one kind. */
export type OpOf<K extends OpDetail['kind']> = Op & { readonly detail: Extract<OpDetail, { kind: K }> };

export function isOpOf<K extends OpDetail['kind']>(op: Op, kind: K): op is OpOf<K> {
  return op.detail.kind === kind;
}

/** When a statement left for the server, which knows nothing of it before: Infinity while it queues on its own connection. */
export function sentAt({ start, phases }: OpOf<'db-query'>): number {
  let sent: number = start;
  for (const { account, end } of phases) {
    if (account === 'db.client-queue') sent = Math.max(sent, end ?? Number.POSITIVE_INFINITY);
  }
  return sent;
}

export function findOp(late: Case, request: RequestId | undefined, id: OpId | undefined): Op | undefined {
  return request === undefined || id === undefined ? undefined : late.op(id, request);
}

/** Where an op went, `api.example:443`; for a pool's own connecting the pool's name. */
export function hostOf(recording: Recording, op: Op): string {
  switch (op.detail.kind) {
    case 'http-client':
    case 'dns':
    case 'socket':
      return op.detail.host;
    case 'pool-wait':
      return resourceName(recording, op.detail.pool);
    case 'resource-wait':
      return resourceName(recording, op.detail.resource);
    case 'db-query':
    case 'db-connect':
      return op.detail.database;
    default:
      return op.name;
  }
}

/** The name that was looked up: the host without its port. */
export function lookedUpHost(recording: Recording, op: Op): string {
  return withoutPort(hostOf(recording, op));
}

export function resourceName(recording: Recording, id: ResourceId): string {
  return recording.resources.get(id)?.name ?? id;
}

/** What somebody did for so long, as the end of "POST /report was …": `waiting 611 ms for GET https://…`. */
export function describeActivity(recording: Recording, account: Account, time: number, op: Op | undefined): string {
  const ms = formatMs(time);
  const what = op?.name ?? 'something';
  const host = op === undefined ? 'a host' : hostOf(recording, op);
  switch (account) {
    case 'cpu':
      return `running its own code for ${ms}`;
    case 'loop.blocked':
    case 'loop.busy':
      return `waiting ${ms} for the event loop`;
    case 'gc':
      return `stopped ${ms} by garbage collection`;
    case 'db.pool-queue':
      return `waiting ${ms} for a connection of ${host}`;
    case 'db.connect':
      return `opening a connection to ${host} for ${ms}`;
    case 'db.client-queue':
      return `waiting ${ms} behind an earlier statement on its connection`;
    case 'db.query':
      return `waiting ${ms} for ${what}`;
    case 'dns.queue':
      return `queueing ${ms} to look up ${host}`;
    case 'dns':
      return `looking up ${host} for ${ms}`;
    case 'threadpool.queue':
      return `waiting ${ms} for a thread of libuv's pool`;
    case 'threadpool':
      return `in ${what} for ${ms}`;
    case 'tcp':
      return `connecting to ${host} for ${ms}`;
    case 'tls':
      return `in the TLS handshake with ${host} for ${ms}`;
    case 'lock.queue':
      return `waiting ${ms} for ${host}`;
    case 'worker.queue':
      return `waiting ${ms} for a free worker of ${host}`;
    case 'worker.run':
      return `running ${what} for ${ms}`;
    case 'http.socket-queue':
      return `waiting ${ms} for a free socket to ${host}`;
    case 'http.request-write':
      return `sending ${what} for ${ms}`;
    case 'http.first-byte':
      return `waiting ${ms} for ${what}`;
    case 'http.body':
      return `reading the body of ${what} for ${ms}`;
    case 'timer':
      return `pausing ${ms} on a timer`;
    case 'client.upload':
      return `waiting ${ms} for its caller's upload`;
    case 'client.download':
      return `waiting ${ms} for its caller to take the response`;
    case 'unattributed':
      return `doing something Holdup does not see for ${ms}`;
  }
}

interface Timed {
  readonly account: Account;
  readonly ns: number;
  readonly op?: OpId;
}

/** What somebody did most: the largest account with all that is on it, and its largest item. */
export function mainActivity<T extends Timed>(
  items: readonly T[],
): { ns: number; largest: T; others: number } | undefined {
  const accounts = new Map<Account, T[]>();
  for (const item of items) {
    const group = accounts.get(item.account);
    if (group === undefined) accounts.set(item.account, [item]);
    else group.push(item);
  }
  let main: { ns: number; largest: T; others: number } | undefined;
  for (const group of accounts.values()) {
    const total = group.reduce((sum, item) => sum + item.ns, 0);
    const largest = group.reduce((top, item) => (item.ns > top.ns ? item : top));
    if (main === undefined || total > main.ns) main = { ns: total, largest, others: group.length - 1 };
  }
  return main;
}

/** `waiting 611 ms for GET https://… and 3 more like it` */
export function describeMain(
  recording: Recording,
  account: Account,
  time: number,
  op: Op | undefined,
  others: number,
): string {
  return (
    describeActivity(recording, account, time, op) +
    (others > 0 && op !== undefined ? ` and ${others} more like it` : '')
  );
}
