import { type Blame, type BlameShare, type ChainLink, ns, type Op } from '@holdup/model';
import type { Case } from '../../case.ts';
import { describeMain, findOp, isOpOf, mainActivity, resourceName } from './ops.ts';
import { isInTransaction } from './transactions.ts';

const LEAK_TEXT = 'had ended and never gave it back';
const CYCLE_TEXT = 'holds one itself and waits for another';

/** The holders of one route together. */
export interface RouteShare {
  readonly route: string;
  /** Sum of their shares of the wait. */
  readonly ns: number;
  /** Largest first. */
  readonly shares: readonly BlameShare[];
}

/** Holders by route, largest first. What no known holder explains is left out. */
export function holdersByRoute(blame: Blame): RouteShare[] {
  const groups = new Map<string, BlameShare[]>();
  for (const share of blame.shares) {
    if (isNobody(share)) continue;
    const group = groups.get(share.holder.route);
    if (group === undefined) groups.set(share.holder.route, [share]);
    else group.push(share);
  }
  return [...groups]
    .map(([route, shares]) => ({ route, shares, ns: shares.reduce((sum, share) => sum + share.share, 0) }))
    .sort((a, b) => b.ns - a.ns || (a.route < b.route ? -1 : 1));
}

/** The share that no record explains. */
export function isNobody(share: BlameShare): boolean {
  return share.end === 'unknown' && share.holder.requestId === undefined && share.holder.route === 'unknown';
}

/** What a holder did most while it held: `in a transaction, waiting 611 ms for GET https://…`. */
export function describeHolder(late: Case, blame: Blame, share: BlameShare): string | undefined {
  const main = mainActivity(share.parts);
  if (main === undefined) return undefined;
  const { largest, others } = main;
  if (largest.end === 'leak') return LEAK_TEXT;
  if (largest.end === 'cycle') return CYCLE_TEXT;
  const real = realTime(share, main.ns);
  const doing = describeMain(
    late.recording,
    largest.account,
    real,
    findOp(late, share.holder.requestId, largest.op),
    others,
  );
  return heldInTransaction(late, blame, share) ? `in a transaction, ${doing}` : doing;
}

/** A share is scaled down where several held at once; people want the time the holder really spent. */
function realTime(share: BlameShare, part: number): number {
  return share.share === 0 ? 0 : (part * share.overlap) / share.share;
}

function heldInTransaction(late: Case, blame: Blame, share: BlameShare): boolean {
  const owner = share.holder.requestId === undefined ? undefined : late.recording.requests.get(share.holder.requestId);
  const first = blame.entries[0];
  const last = blame.entries.at(-1);
  if (owner === undefined || first === undefined || last === undefined) return false;
  return isInTransaction(late, owner, first.start, last.end);
}

/** From a wait to its largest holder, to what that one did, and on where it waited itself. */
export function blameChain(late: Case, blame: Blame): ChainLink[] {
  const resource = resourceName(late.recording, blame.resource);
  const wait: ChainLink = { kind: 'wait', ns: blame.wait, resource };
  const group = holdersByRoute(blame)[0];
  const share = group?.shares[0];
  if (group === undefined || share === undefined) return [wait];
  const end = mainActivity(share.parts)?.largest.end;
  if (end === 'leak') return [wait, { kind: 'leak', ns: ns(group.ns), route: group.route, resource, doing: LEAK_TEXT }];
  if (end === 'cycle')
    return [wait, { kind: 'cycle', ns: ns(group.ns), route: group.route, resource, doing: CYCLE_TEXT }];
  const doing = describeHolder(late, blame, share);
  const holder: ChainLink = { kind: 'holder', ns: ns(group.ns), route: group.route, ...(doing ? { doing } : {}) };
  return [wait, holder, ...partChain(late, group)];
}

/** What comes after a holder: the resource it waited for, or where the blame ends. */
function partChain(late: Case, group: RouteShare): ChainLink[] {
  const share = group.shares[0];
  const main = share === undefined ? undefined : mainActivity(share.parts);
  if (share === undefined || main === undefined) return [];
  const { largest, others } = main;
  if (largest.next !== undefined) return blameChain(late, largest.next);
  const op = findOp(late, share.holder.requestId, largest.op);
  // All holders of the route together, as in the link above; what the largest one did stands for them.
  const parts = group.shares.flatMap((each) => each.parts).filter(({ account }) => account === largest.account);
  const total = ns(parts.reduce((sum, part) => sum + part.ns, 0));
  const doing = describeMain(late.recording, largest.account, realTime(share, main.ns), op, others);
  if (largest.end === 'cpu') return [{ kind: 'work', ns: total, route: group.route, doing }];
  if (largest.end !== 'outside') return [];
  return [{ kind: 'outside', ns: total, ...(op === undefined ? {} : { resource: outsideName(op) }), doing }];
}

function outsideName(op: Op): string {
  if (isOpOf(op, 'http-client') || isOpOf(op, 'dns') || isOpOf(op, 'socket')) return op.detail.host;
  return isOpOf(op, 'db-query') ? op.detail.shape : op.name;
}
