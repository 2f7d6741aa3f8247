import {
  type Account,
  type BlameEnd,
  type Entry,
  type Ledger,
  type Ns,
  ns,
  type Op,
  type OpId,
  type Request,
  type RequestId,
  type ResourceId,
} from '@holdup/model';
import type { RecordingIndex } from '../partition/context.ts';
import { firstEndingAfter } from '../partition/cut.ts';
import { clip, lengthOf, type Span, unite } from './spans.ts';
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
  if (holder.requestId === undefined) return rest('unattributed', lengthOf(spans), 'unknown');
  const request = context.index.recording.requests.get(holder.requestId);
  const { now } = context.index.recording;
  // On the chain already: it waits for itself.
  if (path.includes(holder.requestId)) return heldActivities(spans, tenure.units, request, now, waitedOn, 'cycle');
  const ledger = context.ledgerOf(holder.requestId);
  const lifeEnd = request?.end ?? holder.requestEnd ?? Number.POSITIVE_INFINITY;
  const afterLife = clip(spans, lifeEnd, Number.POSITIVE_INFINITY);
  const known = ledger === undefined ? [] : clip(spans, ledger.start, Math.min(ledger.end, lifeEnd));
  return [
    ...ledgerActivities(ledger?.entries ?? [], known),
    ...rest('unattributed', lengthOf(spans) - lengthOf(known) - lengthOf(afterLife), 'unknown'),
    ...heldActivities(afterLife, tenure.units, request, now, 'unattributed', 'leak'),
  ];
}

function doingActivity(doing: Doing, { holder, spans }: Tenure, context: BlameContext): Activity {
  if (doing.account === 'cpu') return { account: 'cpu', ns: lengthOf(spans), end: 'cpu' };
  const op = holder.requestId === undefined ? undefined : opDoing(holder.requestId, doing, context);
  return { account: doing.account, ns: lengthOf(spans), end: 'outside', ...(op !== undefined && { op }) };
}

function opDoing(id: RequestId, doing: Exclude<Doing, { account: 'cpu' }>, context: BlameContext): OpId | undefined {
  const ops = context.index.recording.requests.get(id)?.ops ?? [];
  return ops.find(({ detail }) =>
    doing.account === 'dns'
      ? detail.kind === 'dns' && detail.lookup === doing.lookup
      : detail.kind === 'threadpool' && detail.job === doing.job,
  )?.id;
}

function rest(account: Account, length: number, end: BlameEnd): Activity[] {
  return length === 0 ? [] : [{ account, ns: length, end }];
}

/**
 * Time something was held to no end: a knot, a leak. But while a statement ran on just what was held, that was the
 * reason, as when one request starts more statements at once than the pool has connections, or a request was cancelled
 * and its statement ran on. Whatever else a request went on with after its end is no leak either.
 */
function heldActivities(
  spans: readonly Span[],
  units: ReadonlySet<string>,
  request: Request | undefined,
  now: Ns,
  account: Account,
  end: BlameEnd,
): Activity[] {
  if (spans.length === 0) return [];
  const ops = request?.ops ?? [];
  const isStatement = ({ detail }: Op) => detail.kind === 'db-query' && units.has(detail.connection);
  // Or what it holds is the place of a connection that is not open yet.
  const isOnIt = (op: Op) => isStatement(op) || (op.account === 'db.connect' && units.has('opening'));
  // What was held comes first: beside it whatever else went on was no reason.
  const reasons = end === 'leak' ? [...ops.filter(isOnIt), ...ops.filter((op) => !isOnIt(op))] : ops.filter(isOnIt);
  const running = goneOnWith(reasons, spans, now);
  const idle = lengthOf(spans) - running.reduce((sum, { ns: length }) => sum + length, 0);
  return [...nameLongest(running), ...rest(account, idle, end)];
}

/** Ops that went on, each with what of `spans` none before it covers. */
function goneOnWith(ops: readonly Op[], spans: readonly Span[], now: Ns): Activity[] {
  const activities: Activity[] = [];
  let covered: readonly Span[] = [];
  for (const { id, account, start, end = now } of ops) {
    const all = unite([...covered, ...clip(spans, start, end)]);
    const added = lengthOf(all) - lengthOf(covered);
    if (added > 0) activities.push({ account, ns: added, op: id, end: END_OF_ACCOUNT[account] });
    covered = all;
  }
  return activities;
}

/** What the holder's own ledger says about some spans of it: its waits for resources, then where the others end. */
function ledgerActivities(entries: readonly Entry[], spans: readonly Span[]): Activity[] {
  const waits = new Map<ResourceId, Entry[]>();
  const ends = new EndTimes();
  for (const span of spans) {
    for (let i = firstEndingAfter(entries, span.start); i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined || entry.start >= span.end) break;
      const start = Math.max(entry.start, span.start);
      const end = Math.min(entry.end, span.end);
      if (entry.resource === undefined) {
        ends.add(entry, end - start);
        continue;
      }
      const cut = start === entry.start && end === entry.end ? entry : { ...entry, start: ns(start), end: ns(end) };
      const wait = waits.get(entry.resource);
      if (wait === undefined) waits.set(entry.resource, [cut]);
      else wait.push(cut);
    }
  }
  return [...[...waits].map(([resource, own]) => waitActivity(resource, own)), ...nameLongest(ends.all)];
}

function waitActivity(resource: ResourceId, entries: readonly Entry[]): Activity {
  const [first] = entries;
  const op = first !== undefined && entries.every((entry) => entry.op === first.op) ? first.op : undefined;
  return {
    account: first?.account ?? 'unattributed',
    ns: lengthOf(entries),
    ...(op !== undefined && { op }),
    wait: { resource, entries },
  };
}

/** Time that names no resource, by account and op. */
class EndTimes {
  /** In order of first appearance. */
  readonly all: (Activity & { ns: number })[] = [];
  readonly #byOp = new Map<OpId | undefined, (Activity & { ns: number })[]>();

  add({ account, op }: Entry, length: number): void {
    let ofOp = this.#byOp.get(op);
    if (ofOp === undefined) {
      ofOp = [];
      this.#byOp.set(op, ofOp);
    }
    // An op has a few accounts at most.
    const known = ofOp.find((activity) => activity.account === account);
    if (known !== undefined) {
      known.ns += length;
      return;
    }
    const activity = { account, ns: length, end: END_OF_ACCOUNT[account], ...(op !== undefined && { op }) };
    ofOp.push(activity);
    this.all.push(activity);
  }
}

function nameLongest(activities: readonly Activity[]): Activity[] {
  const sorted = activities.toSorted((a, b) => b.ns - a.ns);
  if (sorted.length <= OPS_NAMED_PER_HOLDER) return sorted;
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
  'threadpool.queue': 'unknown',
  threadpool: 'outside',
  tcp: 'outside',
  tls: 'outside',
  'lock.queue': 'unknown',
  'worker.queue': 'unknown',
  'worker.run': 'cpu',
  'http.socket-queue': 'unknown',
  'http.request-write': 'outside',
  'http.first-byte': 'outside',
  'http.body': 'outside',
  timer: 'outside',
  'client.upload': 'outside',
  'client.download': 'outside',
  unattributed: 'unknown',
};
