import { msToNs, type OpId, type Recording } from '@holdup/model';
import type { Case } from '../../case.ts';
import { Timeline } from '../../partition/timeline.ts';
import type { OpOf } from './ops.ts';
import { type Transaction, type Transactions, transactionsIn } from './transactions.ts';

/**
 * A waiter goes on at once when the holder's commit reaches the server; both answers then cross the network and wait
 * for a turn of our loop. 25 ms is generous for that and far below any lock wait worth a verdict.
 */
const HAND_OVER_NS = msToNs(25);
/** Two statements sent in the same moment are seen to be answered in either order within this. */
const GRANT_ORDER_NS = msToNs(5);

/** Statements that lock a whole table against readers and writers, whatever rows they are after. */
const TABLE_LOCK_VERBS = new Set(['LOCK', 'TRUNCATE', 'ALTER', 'DROP', 'CLUSTER', 'REINDEX']);

/** The transaction of this process that a statement most probably waited for. */
export interface LockHolder {
  readonly transaction: Transaction;
  /** The statement that took the lock. */
  readonly taking: OpOf<'db-query'>;
  readonly sameness: Sameness;
  /** It had the lock before the wait began; else it stood before the waiting statement in the queue. */
  readonly heldBefore: boolean;
  /** It ended, and within `HAND_OVER_NS` the waiting statement did. */
  readonly handedOver: boolean;
  /** The part of the wait in which it held the lock, as far as it can be seen from here. */
  readonly from: number;
  readonly to: number;
}

/**
 * What two statements on the same table have in common. `rows`: a parameter, or one locks the whole table. `table`:
 * one has no parameters, so the rows are not known. `doubtful`: they share a parameter, but not the one that most
 * probably says which row.
 */
type Sameness = 'rows' | 'table' | 'doubtful';

/** All transactions of a recording that may have held locks, made ready once, and only when somebody asks. */
export class LockBook {
  readonly #recording: Recording;
  readonly #all: Transactions;
  readonly #holders = new Map<OpId, LockHolder | undefined>();
  #byTable: ReadonlyMap<string, Timeline<Transaction>> | undefined;

  constructor(recording: Recording, all: Transactions) {
    this.#recording = recording;
    this.#all = all;
  }

  /**
   * Who in this process held the lock that a statement waited for: a transaction on another connection that locked the
   * same table before the statement was sent, was open throughout, and ended as the statement went on, or is open still.
   */
  holderOf(waiting: OpOf<'db-query'>): LockHolder | undefined {
    if (this.#holders.has(waiting.id)) return this.#holders.get(waiting.id);
    const wait = { start: sentAt(waiting), end: waiting.end ?? this.#recording.now };
    let best: LockHolder | undefined;
    for (const table of waiting.detail.tables) {
      // It held the lock before the wait began and gave it back as the wait ended.
      const around = this.#transactionsOn(table)?.between(wait.end - HAND_OVER_NS - 1, wait.start + GRANT_ORDER_NS + 1);
      for (const transaction of around ?? []) {
        const candidate = judge(transaction, waiting, wait);
        if (candidate !== undefined && isStronger(candidate, best)) best = candidate;
      }
    }
    this.#holders.set(waiting.id, best);
    return best;
  }

  #transactionsOn(table: string): Timeline<Transaction> | undefined {
    this.#byTable ??= this.#listByTable();
    return this.#byTable.get(table);
  }

  #listByTable(): Map<string, Timeline<Transaction>> {
    const transactions = [...this.#recording.requests.values()].flatMap((request) => this.#all.of(request));
    const byTable = groupByTable(transactions.filter(mayHoldLocks));
    const boundsOf = ({ ops, end }: Transaction) => ({
      start: ops[0]?.start ?? 0,
      end: end ?? Number.POSITIVE_INFINITY,
    });
    return new Map([...byTable].map(([table, onTable]) => [table, new Timeline(onTable, boundsOf)]));
  }
}

export function openLockBook(late: Case): LockBook {
  return new LockBook(late.recording, late.once(transactionsIn));
}

function groupByTable(transactions: readonly Transaction[]): Map<string, Transaction[]> {
  const tables = new Map<string, Transaction[]>();
  for (const transaction of transactions) {
    for (const table of new Set(transaction.ops.flatMap(({ detail }) => detail.tables))) {
      const onTable = tables.get(table);
      if (onTable === undefined) tables.set(table, [transaction]);
      else onTable.push(transaction);
    }
  }
  return tables;
}

function mayHoldLocks({ ops }: Transaction): boolean {
  return ops.some(({ detail }) => detail.locking || TABLE_LOCK_VERBS.has(detail.verb));
}

interface Wait {
  readonly start: number;
  readonly end: number;
}

/** When a statement left for the server, which knows nothing of it while it queues on its own connection. */
export function sentAt(op: OpOf<'db-query'>): number {
  let sent: number = op.start;
  for (const { account, end } of op.phases) if (account === 'db.client-queue') sent = Math.max(sent, end ?? op.start);
  return sent;
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
    // Not granted before we went on: it stood behind us, or nobody knows.
    if (!heldBefore && (sameness !== 'rows' || granted >= wait.end)) continue;
    const alone = transaction.id === undefined;
    const from = heldBefore || alone ? wait.start : Math.min(granted, to);
    const found: LockHolder = { transaction, taking, sameness, heldBefore, handedOver, from, to };
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

function samenessOf(taking: OpOf<'db-query'>, waiting: OpOf<'db-query'>): Sameness | undefined {
  if (!taking.detail.tables.some((table) => waiting.detail.tables.includes(table))) return undefined;
  if (TABLE_LOCK_VERBS.has(taking.detail.verb)) {
    if (!hasWeakerMode(taking.detail.shape)) return 'rows';
    return waiting.detail.locking ? 'table' : undefined;
  }
  // A plain SELECT waits for nobody's row locks, and only locking statements take any.
  if (!taking.detail.locking || !waiting.detail.locking) return undefined;
  return sameKeys(taking, waiting);
}

/** `LOCK TABLE` without a mode takes the strongest; its other modes let plain reads through. */
function hasWeakerMode(shape: string): boolean {
  const statement = shape.toUpperCase();
  return statement.includes(' MODE') && statement.includes(' IN ') && !statement.includes(' IN ACCESS EXCLUSIVE MODE');
}

function sameKeys({ detail: taking }: OpOf<'db-query'>, { detail: waiting }: OpOf<'db-query'>): Sameness | undefined {
  if (taking.keys.length === 0 || waiting.keys.length === 0) return 'table';
  if (!taking.keys.some((key) => waiting.keys.includes(key))) return undefined;
  // Of two runs of one UPDATE the last parameter is most probably the row's; an equal quantity says nothing.
  const sameRun = taking.shape === waiting.shape && taking.verb !== 'INSERT';
  return sameRun && taking.keys.at(-1) !== waiting.keys.at(-1) ? 'doubtful' : 'rows';
}

const STRENGTH: readonly Sameness[] = ['rows', 'table', 'doubtful'];

/**
 * Known rows before known table, seen hand-over before none, who had the lock before who queued for it too (of statements
 * sent at once nobody sees the order), the one that held longest before the rest.
 */
function isStronger(a: LockHolder, b: LockHolder | undefined): boolean {
  if (b === undefined) return true;
  if (a.sameness !== b.sameness) return STRENGTH.indexOf(a.sameness) < STRENGTH.indexOf(b.sameness);
  if (a.handedOver !== b.handedOver) return a.handedOver;
  if (a.heldBefore !== b.heldBefore) return a.heldBefore;
  return a.to - a.from > b.to - b.from;
}
