import type { Blame, BlameShare, Recording } from '@holdup/model';
import type { Wait } from '../../blame/blame.ts';
import type { Case } from '../../case.ts';
import { isNobody } from './holders.ts';
import { isOpOf, type OpOf, resourceName } from './ops.ts';
import { isMaterial, tookOf } from './significance.ts';
import { overlapOf, type Window } from './windows.ts';

/** From here on one kind of holder is what the wait was about. */
const MOST_OF_THE_WAIT = 0.5;

/** One pool this request waited for, and what its holders say about the reason. */
export interface PoolWait {
  readonly blame: Blame;
  readonly name: string;
  readonly ops: readonly OpOf<'pool-wait'>[];
  /** Part of the wait behind connections whose requests had ended without giving them back. */
  readonly leaked: number;
  /** Part of the wait behind requests that hold a connection and wait for another of the same pool. */
  readonly stuck: number;
  /** Part of the wait for which no holder is known. */
  readonly unknown: number;
  /** This request itself holds a connection of the pool meanwhile, and nothing runs on it. */
  readonly holdsOne: boolean;
  readonly kind: 'leak' | 'self-deadlock' | 'connecting' | 'exhausted';
}

/** Pools waited for long enough to have mattered, longest wait first. */
function materialWaits(late: Case): PoolWait[] {
  return late.waits
    .filter((wait) => isPoolWait(wait) && isMaterial(late, wait.ns))
    .map((wait) => judgePoolWait(late, late.blameFor(wait)));
}

function isPoolWait({ entries }: Wait): boolean {
  return entries.some((entry) => entry.account === 'db.pool-queue');
}

/** Of the pool waits that can have mattered the longest of one kind; else the longest, to say why it is not. */
export function pickPoolWait(late: Case, kind: PoolWait['kind']): PoolWait | undefined {
  const waits = late.once(materialWaits);
  return waits.find((wait) => wait.kind === kind) ?? waits[0];
}

/** Why no pool wait can have mattered. */
export function whyNoPoolWait(late: Case): string {
  const longest = late.waits.find(isPoolWait);
  if (longest === undefined) return 'the request waited for no database pool';
  return tookOf(late, `waiting for ${resourceName(late.recording, longest.resource)}`, longest.ns);
}

function judgePoolWait(late: Case, blame: Blame): PoolWait {
  const { recording, request } = late;
  const ids = new Set(blame.entries.map((entry) => entry.op));
  const ops = request.ops.filter((op) => isOpOf(op, 'pool-wait')).filter((op) => ids.has(op.id));
  const own = blame.shares.filter((share) => share.holder.requestId === request.id);
  const facts = {
    leaked: blame.shares.reduce((sum, share) => sum + leakedOf(recording, blame, share), 0),
    stuck: blame.shares.reduce((sum, share) => sum + stuckOf(recording, blame, share), 0),
    unknown: blame.shares.reduce((sum, share) => sum + (isNobody(share) ? share.share : 0), 0),
    holdsOne: own.some((share) => share.parts.some((part) => part.end === 'cycle')),
  };
  const hadRoom = ops.length > 0 && ops.every(foundRoom);
  return { blame, name: resourceName(recording, blame.resource), ops, ...facts, kind: kindOf(blame, facts, hadRoom) };
}

function kindOf(
  blame: Blame,
  { leaked, stuck, unknown, holdsOne }: Pick<PoolWait, 'leaked' | 'stuck' | 'unknown' | 'holdsOne'>,
  hadRoom: boolean,
): PoolWait['kind'] {
  const most = MOST_OF_THE_WAIT * blame.wait;
  if (leaked >= most && leaked >= stuck) return 'leak';
  // A request that holds one and waits for the next: where other holders are unknown they are most likely its likes.
  if (stuck >= most || (holdsOne && stuck + unknown >= most)) return 'self-deadlock';
  return hadRoom ? 'connecting' : 'exhausted';
}

/** The pool could open another connection for this wait, and nobody queued before it. */
function foundRoom({ detail }: OpOf<'pool-wait'>): boolean {
  return detail.max !== undefined && detail.total < detail.max && detail.waiting === 0;
}

function leakedOf(recording: Recording, blame: Blame, share: BlameShare): number {
  const leaked = share.parts.reduce((sum, part) => sum + (part.end === 'leak' ? part.ns : 0), 0);
  if (leaked === 0) return 0;
  // Given back in the end: work that went on after the response, not a leak.
  return holdsOf(recording, blame, share).some((hold) => hold.end === undefined) ? leaked : 0;
}

/** Time a holder spent waiting for a further connection of the pool it holds one of. */
function stuckOf(recording: Recording, blame: Blame, share: BlameShare): number {
  const stuck = share.parts.reduce((sum, part) => {
    const waits =
      part.account === 'db.pool-queue' && (part.next === undefined || part.next.resource === blame.resource);
    return sum + (waits ? part.ns : 0);
  }, 0);
  return stuck > 0 && isMoving(recording, blame, share) ? 0 : stuck;
}

/**
 * A holder whose statements run on what it holds gives it back by itself: a request that starts more statements at
 * once than the pool has connections waits too, but not for ever.
 */
function isMoving(recording: Recording, blame: Blame, share: BlameShare): boolean {
  const { requestId } = share.holder;
  const request = requestId === undefined ? undefined : recording.requests.get(requestId);
  const units = new Set(holdsOf(recording, blame, share).map((hold) => hold.unit));
  const running = (request?.ops ?? [])
    .filter((op) => isOpOf(op, 'db-query'))
    .filter((op) => units.has(op.detail.connection));
  const longest = Math.max(0, ...running.map((op) => overlapOf(blame.entries, [spanOf(recording, op)])));
  return longest >= MOST_OF_THE_WAIT * share.overlap;
}

function spanOf(recording: Recording, op: { readonly start: number; readonly end?: number }): Window {
  return { start: op.start, end: op.end ?? recording.now };
}

function holdsOf(recording: Recording, blame: Blame, share: BlameShare) {
  const { requestId, route } = share.holder;
  return recording.holds.filter(
    (hold) =>
      hold.resource === blame.resource &&
      hold.holder.requestId === requestId &&
      hold.holder.route === route &&
      overlapOf(blame.entries, [spanOf(recording, hold)]) > 0,
  );
}
