import {
  type Account,
  type BlameEnd,
  type Entry,
  type Ledger,
  type LookupId,
  type Ns,
  ns,
  type OpId,
  type Request,
  type RequestId,
  type ResourceId,
} from '@holdup/model';
import type { RecordingIndex } from '../partition/context.ts';
import { cutEntries } from '../partition/cut.ts';
import { clip, lengthOf, type Span, subtract, unite } from './spans.ts';
import type { Doing, Tenure } from './tenures.ts';

/** What a holder did with time it held something. Either it ends there or it waited for something itself. */
export interface Activity {
  readonly account: Account;
  /** Unscaled, of the holder's own time. */
  readonly ns: number;
  readonly op?: OpId;
  readonly end?: BlameEnd;
  readonly wait?: { readonly resource: ResourceId; readonly entries: readonly Entry[] };
}

export interface BlameContext {
  readonly index: RecordingIndex;
  /** The whole ledger of a request in the recording. */
  ledgerOf(id: RequestId): Ledger | undefined;
}

/** An op beyond these many of one holder tells a person nothing more: the rest is summed per account. */
const OPS_NAMED_PER_HOLDER = 12;

/**
 * What the holder of a tenure did during it. Sums to the length of its spans.
 * @param path Requests on the chain so far, the waiting one first.
 * @param waitedOn The account of the wait this tenure is blamed for.
 */
export function findActivities(
  tenure: Tenure,
  path: readonly RequestId[],
  waitedOn: Account,
  context: BlameContext,
): Activity[] {
  const { holder, spans, doing } = tenure;
  if (doing !== undefined) return [doingActivity(doing, tenure, context)];
  if (holder.requestId === undefined) return rest('unattributed', spans, 'unknown');
  const request = context.index.recording.requests.get(holder.requestId);
  const { now } = context.index.recording;
  // On the chain already: it waits for itself.
  if (path.includes(holder.requestId)) return heldActivities(spans, tenure.units, request, now, waitedOn, 'cycle');
  const ledger = context.ledgerOf(holder.requestId);
  const lifeEnd = request?.end ?? holder.requestEnd ?? Number.POSITIVE_INFINITY;
  const afterLife = clip(spans, lifeEnd, Number.POSITIVE_INFINITY);
  const known = ledger === undefined ? [] : clip(spans, ledger.start, Math.min(ledger.end, lifeEnd));
  const entries = known.flatMap((span) => cutEntries(ledger?.entries ?? [], ns(span.start), ns(span.end)));
  return [
    ...groupEntries(entries),
    ...rest('unattributed', subtract(subtract(spans, known), afterLife), 'unknown'),
    ...heldActivities(afterLife, tenure.units, request, now, 'unattributed', 'leak'),
  ];
}

function doingActivity(doing: Doing, { holder, spans }: Tenure, context: BlameContext): Activity {
  if (doing.account === 'cpu') return { account: 'cpu', ns: lengthOf(spans), end: 'cpu' };
  const op = holder.requestId === undefined ? undefined : lookupOp(holder.requestId, doing.lookup, context);
  return { account: 'dns', ns: lengthOf(spans), end: 'outside', ...(op !== undefined && { op }) };
}

function lookupOp(id: RequestId, lookup: LookupId, context: BlameContext): OpId | undefined {
  const ops = context.index.recording.requests.get(id)?.ops ?? [];
  return ops.find(({ detail }) => detail.kind === 'dns' && detail.lookup === lookup)?.id;
}

function rest(account: Account, spans: readonly Span[], end: BlameEnd): Activity[] {
  return spans.length === 0 ? [] : [{ account, ns: lengthOf(spans), end }];
}

/**
 * Time something was held to no end: a knot, a leak. But while a statement ran on just what was held, that was the
 * reason, as when one request starts more statements at once than the pool has connections, or a request was cancelled
 * and its statement ran on.
 */
function heldActivities(
  spans: readonly Span[],
  units: ReadonlySet<string>,
  request: Request | undefined,
  now: Ns,
  account: Account,
  end: BlameEnd,
): Activity[] {
  const statements: Span[] = [];
  for (const op of request?.ops ?? []) {
    if (op.detail.kind !== 'db-query' || !units.has(op.detail.connection)) continue;
    statements.push(...clip(spans, op.start, op.end ?? now));
  }
  const running = unite(statements);
  return [...rest('db.query', running, 'outside'), ...rest(account, subtract(spans, running), end)];
}

function groupEntries(entries: readonly Entry[]): Activity[] {
  const waits = new Map<ResourceId, { account: Account; entries: Entry[] }>();
  const ends = new Map<string, Activity>();
  for (const entry of entries) {
    const { resource } = entry;
    if (resource === undefined) {
      const key = `${entry.account} ${entry.op ?? ''}`;
      ends.set(key, { ...endActivity(entry), ns: (ends.get(key)?.ns ?? 0) + entry.end - entry.start });
      continue;
    }
    const wait = waits.get(resource);
    if (wait === undefined) waits.set(resource, { account: entry.account, entries: [entry] });
    else wait.entries.push(entry);
  }
  const activities: Activity[] = [];
  for (const [resource, { account, entries: own }] of waits) {
    const ops = new Set(own.map((entry) => entry.op));
    const [op] = ops;
    activities.push({
      account,
      ns: lengthOf(own),
      ...(ops.size === 1 && op !== undefined && { op }),
      wait: { resource, entries: own },
    });
  }
  return [...activities, ...nameLongest([...ends.values()])];
}

function endActivity(entry: Entry): Activity {
  const end = END_OF_ACCOUNT[entry.account];
  return { account: entry.account, ns: entry.end - entry.start, end, ...(entry.op !== undefined && { op: entry.op }) };
}

function nameLongest(activities: readonly Activity[]): Activity[] {
  const sorted = activities.toSorted((a, b) => b.ns - a.ns);
  const named = sorted.slice(0, OPS_NAMED_PER_HOLDER);
  const sums = new Map<Account, Activity>();
  for (const { account, ns: length, end } of sorted.slice(OPS_NAMED_PER_HOLDER)) {
    const sum = sums.get(account);
    sums.set(account, { account, ns: (sum?.ns ?? 0) + length, ...(end !== undefined && { end }) });
  }
  return [...named, ...sums.values()];
}

/** Where the blame ends when an entry names no resource that somebody else could have held. */
const END_OF_ACCOUNT: Readonly<Record<Account, BlameEnd>> = {
  cpu: 'cpu',
  gc: 'cpu',
  'loop.blocked': 'unknown',
  'loop.busy': 'unknown',
  'db.pool-queue': 'unknown',
  'db.connect': 'outside',
  'db.client-queue': 'outside',
  'db.query': 'outside',
  'dns.queue': 'unknown',
  dns: 'outside',
  tcp: 'outside',
  tls: 'outside',
  'http.socket-queue': 'unknown',
  'http.request-write': 'outside',
  'http.first-byte': 'outside',
  'http.body': 'outside',
  timer: 'outside',
  'client.upload': 'outside',
  'client.download': 'outside',
  unattributed: 'unknown',
};
