import {
  type Account,
  type Blame,
  type BlamePart,
  type BlameShare,
  type ChainLink,
  DNS_SLOTS,
  EVENT_LOOP,
  ns,
  type Op,
  type Request,
} from '@holdup/model';
import type { Case } from '../../case.ts';
import { describeHolder } from './holders.ts';
import { findOp, resourceName } from './ops.ts';
import type { Window } from './windows.ts';

/** Time on an account, wherever on the blame chain it lies. */
export interface Located {
  readonly account: Account;
  /** In the late request's own nanoseconds: a holder's part is scaled to its share of the wait. */
  readonly ns: number;
  /** 0: the late request's own; n: n holders away. */
  readonly depth: number;
  /** Whose time it is; absent when the holder is no request of the recording. */
  readonly request?: Request;
  readonly route: string;
  readonly op?: Op;
  /** From the late request's wait to the holder whose time this is; empty for its own. */
  readonly path: readonly ChainLink[];
  /** When it happened: for holders the wait they are blamed for. */
  readonly windows: readonly Window[];
  /** Nanoseconds of the late request for one of the holder's; 1 for its own. */
  readonly scale: number;
}

/** The late request's own time on the accounts, one item per op and account, largest first. */
export function locateOwn(late: Case, accounts: readonly Account[]): Located[] {
  const sums = new Map<string, Located>();
  for (const entry of late.ledger.entries) {
    if (!accounts.includes(entry.account)) continue;
    const key = `${entry.account} ${entry.op ?? ''}`;
    const op = entry.op === undefined ? undefined : late.op(entry.op);
    const before = sums.get(key);
    sums.set(key, {
      account: entry.account,
      ns: (before?.ns ?? 0) + entry.end - entry.start,
      depth: 0,
      request: late.request,
      route: late.request.route,
      ...(op === undefined ? {} : { op }),
      path: [],
      windows: [...(before?.windows ?? []), entry],
      scale: 1,
    });
  }
  return [...sums.values()].sort((a, b) => b.ns - a.ns);
}

/**
 * The same through holders: "A waits for a pool held by B that looks up a name" is A's time on dns, one holder away.
 *
 * Only for faults that are nobody's intent: name lookup, connecting, handshakes, row locks, a blocked loop, collection.
 * An ordinary slow call, a slow statement or a pause inside a holder is not looked for here: a holder that keeps a
 * pooled connection across it is what exhausted the pool, so `db-pool-exhausted` stands and names it last in its chain.
 *
 * The event loop and the lookup slots are not walked through: who occupied them is what `loop-*` and
 * `dns-queue-starved` say themselves.
 */
export function locateThroughHolders(late: Case, accounts: readonly Account[]): Located[] {
  return late.blames.flatMap((blame) => throughBlame(late, accounts, blame, undefined));
}

/** Own and holders' time together, largest first. */
export function locate(late: Case, accounts: readonly Account[]): Located[] {
  return [...locateOwn(late, accounts), ...locateThroughHolders(late, accounts)].sort((a, b) => b.ns - a.ns);
}

function throughBlame(late: Case, accounts: readonly Account[], blame: Blame, above: Path): Located[] {
  if (blame.resource === EVENT_LOOP || blame.resource === DNS_SLOTS) return [];
  return blame.shares.flatMap((share) => {
    const here: Path = { above, blame, share };
    return share.parts.flatMap((part) => [
      ...(accounts.includes(part.account) ? [locatedPart(late, here, part)] : []),
      ...(part.next === undefined ? [] : throughBlame(late, accounts, part.next, here)),
    ]);
  });
}

/** A place in the blame. Its links are put into words only for the few parts that a cause asks for. */
interface Step {
  readonly above: Path;
  readonly blame: Blame;
  readonly share: BlameShare;
}
type Path = Step | undefined;

function linksOf(late: Case, path: Path): ChainLink[] {
  if (path === undefined) return [];
  const { above, blame, share } = path;
  const doing = describeHolder(late.recording, blame, share);
  return [
    ...linksOf(late, above),
    { kind: 'wait', ns: blame.wait, resource: resourceName(late.recording, blame.resource) },
    { kind: 'holder', ns: share.share, route: share.holder.route, ...(doing ? { doing } : {}) },
  ];
}

function locatedPart(late: Case, step: Step, part: BlamePart): Located {
  const { blame, share } = step;
  const path = linksOf(late, step);
  const { requestId, route } = share.holder;
  const request = requestId === undefined ? undefined : late.recording.requests.get(requestId);
  const op = findOp(late.recording, requestId, part.op);
  return {
    account: part.account,
    ns: part.ns,
    depth: path.filter((link) => link.kind === 'holder').length,
    ...(request === undefined ? {} : { request }),
    route,
    ...(op === undefined ? {} : { op }),
    path,
    // A wait of its own says exactly when; of anything else only the wait it is blamed for is known.
    windows: part.next?.entries ?? blame.entries,
    scale: share.overlap === 0 ? 1 : share.share / share.overlap,
  };
}

export function sumOf(items: readonly { readonly ns: number }[]): number {
  return items.reduce((sum, item) => sum + item.ns, 0);
}

/** How far down the chain most of the time lies. */
export function depthOf(items: readonly Located[]): number {
  const byDepth = [...groupBy(items, (item) => item.depth)];
  return byDepth.sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || b[0] - a[0])[0]?.[0] ?? 0;
}

/** Groups in order of first appearance. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

export interface Group {
  readonly key: string;
  readonly ns: number;
  /** Largest first. */
  readonly items: readonly Located[];
}

/** Groups by a name, the one with the most time first; names break ties so that the answer never depends on order. */
export function largestGroups(items: readonly Located[], keyOf: (item: Located) => string): Group[] {
  return [...groupBy(items, keyOf)]
    .map(([key, group]) => ({ key, ns: sumOf(group), items: group.toSorted((a, b) => b.ns - a.ns) }))
    .sort((a, b) => b.ns - a.ns || (a.key < b.key ? -1 : 1));
}

/** The chain to an item, ended with what it was: `path → outside`. */
export function chainTo(item: Located, resource: string, doing: string): ChainLink[] {
  const link: ChainLink = { kind: 'outside', ns: ns(item.ns), resource, doing };
  return item.depth === 0 ? [{ kind: 'wait', ns: ns(item.ns), resource }, link] : [...item.path, link];
}
