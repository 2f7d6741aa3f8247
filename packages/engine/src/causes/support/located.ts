import {
  type Account,
  type Blame,
  type ChainLink,
  type Entry,
  ns,
  type Op,
  type OpId,
  type Request,
} from '@holdup/model';
import { MAX_HOLDERS_OPENED } from '../../blame/blame.ts';
import { lengthOf } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { linksTo, type Place, placesByAccount, type Step } from './blame-places.ts';
import { isNobody } from './holders.ts';
import { findOp } from './ops.ts';
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
  /** The holder whose time this is, see `pathTo`; absent for the late request's own. */
  readonly step?: Step;
  /** When it happened: for holders the wait they are blamed for. */
  readonly windows: readonly Window[];
  /** Nanoseconds of the late request for one of the holder's; 1 for its own. */
  readonly scale: number;
}

/** The late request's own time on an account, one item per op, largest first. */
export function locateOwn(late: Case, account: Account): readonly Located[] {
  return late.once(openOwnTime).of(account);
}

function openOwnTime(late: Case): OwnTime {
  return new OwnTime(late);
}

class OwnTime {
  readonly #late: Case;
  readonly #entries: ReadonlyMap<Account, readonly Entry[]>;
  readonly #located = new Map<Account, readonly Located[]>();

  constructor(late: Case) {
    this.#late = late;
    this.#entries = groupBy(late.ledger.entries, (entry) => entry.account);
  }

  of(account: Account): readonly Located[] {
    let located = this.#located.get(account);
    if (located === undefined) {
      const byOp = groupBy(this.#entries.get(account) ?? [], (entry) => entry.op);
      located = [...byOp].map(([op, entries]) => locateEntries(this.#late, account, op, entries)).sort(compareTime);
      this.#located.set(account, located);
    }
    return located;
  }
}

function locateEntries(late: Case, account: Account, id: OpId | undefined, entries: readonly Entry[]): Located {
  const op = id === undefined ? undefined : late.op(id);
  return {
    account,
    ns: lengthOf(entries),
    depth: 0,
    request: late.request,
    route: late.request.route,
    ...(op === undefined ? {} : { op }),
    windows: entries,
    scale: 1,
  };
}

/**
 * The same through holders: "A waits for a pool held by B that looks up a name" is A's time on dns, one holder away.
 *
 * Only for faults that are nobody's intent: name lookup, connecting, handshakes, row locks, a blocked loop, collection.
 * An ordinary slow call, a slow statement or a pause inside a holder is not looked for here: a holder that keeps a
 * pooled connection across it is what exhausted the pool, so `db-pool-exhausted` stands and names it last in its chain.
 */
export function locateThroughHolders(late: Case, account: Account): Located[] {
  return (late.once(placesByAccount).get(account) ?? []).map((place) => locatePart(late, place));
}

/** Own and holders' time together, largest first. */
export function locate(late: Case, account: Account): Located[] {
  return [...locateOwn(late, account), ...locateThroughHolders(late, account)].sort(compareTime);
}

function compareTime(a: Located, b: Located): number {
  return b.ns - a.ns;
}

function locatePart(late: Case, { step, part }: Place): Located {
  const { blame, share, depth } = step;
  const { requestId, route } = share.holder;
  const request = requestId === undefined ? undefined : late.recording.requests.get(requestId);
  const op = findOp(late, requestId, part.op);
  return {
    account: part.account,
    ns: Math.round(part.ns * late.once(sampling).factorOf(step)),
    depth,
    ...(request === undefined ? {} : { request }),
    route,
    ...(op === undefined ? {} : { op }),
    step,
    // A wait of its own says exactly when; of anything else only the wait it is blamed for is known.
    windows: part.next?.entries ?? blame.entries,
    scale: share.overlap === 0 ? 1 : share.share / share.overlap,
  };
}

/**
 * A burst can have a thousand holders, of which only the largest are looked into. The others are taken to have done the
 * same, as far as anybody knows.
 */
class Sampling {
  readonly #factors = new Map<Blame, number>();

  factorOf({ above, blame }: Step): number {
    if (above !== undefined) return this.factorOf(above);
    const factor = this.#factors.get(blame) ?? factorOf(blame);
    this.#factors.set(blame, factor);
    return factor;
  }
}

function sampling(_late: Case): Sampling {
  return new Sampling();
}

function factorOf({ shares }: Blame): number {
  const known = shares.filter((share) => !isNobody(share));
  const opened = known.slice(0, MAX_HOLDERS_OPENED).reduce((sum, { share }) => sum + share, 0);
  return opened === 0 ? 1 : known.reduce((sum, { share }) => sum + share, 0) / opened;
}

/** From the late request's wait to the holder whose time this is; empty for its own. */
export function pathTo(late: Case, { step }: Located): ChainLink[] {
  return step === undefined ? [] : linksTo(late, step);
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
export function chainTo(late: Case, item: Located, resource: string, doing: string): ChainLink[] {
  const link: ChainLink = { kind: 'outside', ns: ns(item.ns), resource, doing };
  return item.depth === 0 ? [{ kind: 'wait', ns: ns(item.ns), resource }, link] : [...pathTo(late, item), link];
}
