import { msToNs, type Recording, type Request } from '@holdup/model';
import type { OpOf } from './ops.ts';
import { type Transaction, transactionsOf } from './transactions.ts';

/**
 * A waiter goes on at once when the holder's commit reaches the server; both answers then cross the network and wait
 * for a turn of our loop. 25 ms is generous for that and far below any lock wait worth a verdict.
 */
export const HAND_OVER_NS = msToNs(25);
/** Two statements sent in the same moment are seen to be answered in either order within this. */
const GRANT_ORDER_NS = msToNs(5);

/** Statements that lock a whole table against readers and writers, whatever rows they are after. */
const TABLE_LOCK_VERBS = new Set(['LOCK', 'TRUNCATE', 'ALTER', 'DROP', 'CLUSTER', 'REINDEX']);
/** `LOCK TABLE` without a mode takes the strongest; its other modes let plain reads through. */
const WEAKER_LOCK_MODE = /\bIN\s+(?!ACCESS\s+EXCLUSIVE\b)[A-Z ]+\sMODE\b/i;

/** The transaction of this process that a statement most probably waited for. */
export interface LockHolder {
  readonly transaction: Transaction;
  /** The statement that took the lock. */
  readonly taking: OpOf<'db-query'>;
  /** `rows`: both name the same parameter, or the whole table was locked. `table`: only the table is known to be the same. */
  readonly sameness: 'rows' | 'table';
  /** It ended, and within `HAND_OVER_NS` the waiting statement did. */
  readonly handedOver: boolean;
  /** The part of the wait in which it held the lock, as far as it can be seen from here. */
  readonly from: number;
  readonly to: number;
}

/**
 * Who in this process held the lock that a statement waited for: a transaction on another connection that locked the
 * same table before the statement was sent, was open throughout, and ended as the statement went on, or is open still.
 */
export function findLockHolder(
  recording: Recording,
  request: Request,
  waiting: OpOf<'db-query'>,
): LockHolder | undefined {
  const wait = { start: sentAt(waiting), end: waiting.end ?? recording.now };
  let best: LockHolder | undefined;
  for (const other of recording.requests.values()) {
    if (other.start >= wait.end || (other.end !== undefined && other.end < wait.start && other.id !== request.id)) {
      continue;
    }
    for (const transaction of transactionsOf(other)) {
      const candidate = judge(transaction, waiting, wait);
      if (candidate !== undefined && isStronger(candidate, best)) best = candidate;
    }
  }
  return best;
}

interface Wait {
  readonly start: number;
  readonly end: number;
}

/** When a statement left for the server, which knows nothing of it while it queues on its own connection. */
export function sentAt(op: OpOf<'db-query'>): number {
  const queued = op.phases.filter((phase) => phase.account === 'db.client-queue');
  return Math.max(op.start, ...queued.map((phase) => phase.end ?? op.start));
}

function judge(transaction: Transaction, waiting: OpOf<'db-query'>, wait: Wait): LockHolder | undefined {
  if (transaction.connection === waiting.detail.connection) return undefined;
  if (transaction.database !== waiting.detail.database) return undefined;
  if (!wasOpenUntilTheEnd(transaction, waiting, wait)) return undefined;
  const handedOver = waiting.end !== undefined && transaction.end !== undefined;
  const to = Math.min(transaction.end ?? wait.end, wait.end);
  let best: LockHolder | undefined;
  for (const taking of transaction.ops) {
    const sameness = samenessOf(taking, waiting);
    if (sameness === undefined || taking.failure !== undefined || taking.start > wait.start + GRANT_ORDER_NS) continue;
    const granted = taking.end ?? wait.end;
    const heldBefore = granted <= wait.start + GRANT_ORDER_NS;
    // Granted during our wait: it stood before us in the queue. Believed only where the rows are known to be the same.
    if (!heldBefore && sameness !== 'rows') continue;
    const alone = transaction.id === undefined;
    const from = heldBefore || alone ? wait.start : Math.min(granted, to);
    const found: LockHolder = { transaction, taking, sameness, handedOver, from, to };
    if (isStronger(found, best)) best = found;
  }
  return best;
}

/** Whether the transaction's end can be what let the statement go on, or it still had not come. */
function wasOpenUntilTheEnd(transaction: Transaction, waiting: OpOf<'db-query'>, wait: Wait): boolean {
  const { end, endSent } = transaction;
  if (end !== undefined && end < wait.end - HAND_OVER_NS) return false;
  const gaveUp = waiting.end === undefined || waiting.failure !== undefined;
  // A statement that succeeded got its lock, so the holder's commit must have been on its way.
  return gaveUp || (endSent !== undefined && endSent <= wait.end);
}

function samenessOf(taking: OpOf<'db-query'>, waiting: OpOf<'db-query'>): LockHolder['sameness'] | undefined {
  if (!taking.detail.tables.some((table) => waiting.detail.tables.includes(table))) return undefined;
  if (TABLE_LOCK_VERBS.has(taking.detail.verb)) {
    if (!WEAKER_LOCK_MODE.test(taking.detail.shape)) return 'rows';
    return waiting.detail.locking ? 'table' : undefined;
  }
  // A plain SELECT waits for nobody's row locks, and only locking statements take any.
  if (!taking.detail.locking || !waiting.detail.locking) return undefined;
  if (taking.detail.keys.length === 0 || waiting.detail.keys.length === 0) return 'table';
  return taking.detail.keys.some((key) => waiting.detail.keys.includes(key)) ? 'rows' : undefined;
}

/** Known rows before known table, seen hand-over before none, the one that held longest before the rest. */
function isStronger(a: LockHolder, b: LockHolder | undefined): boolean {
  if (b === undefined) return true;
  if (a.sameness !== b.sameness) return a.sameness === 'rows';
  if (a.handedOver !== b.handedOver) return a.handedOver;
  return a.to - a.from > b.to - b.from;
}
