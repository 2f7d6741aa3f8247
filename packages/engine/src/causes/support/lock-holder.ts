import { msToNs, type Op, type OpId, type Recording } from '@holdup/model';
import type { Case } from '../../case.ts';
import { Timeline } from '../../partition/timeline.ts';
import { referenceBetween } from './foreign-keys.ts';
import { isOpOf, type OpOf, sentAt } from './ops.ts';
import { nameRowsDifferently } from './row-columns.ts';
import { isUnusual } from './significance.ts';
import { bareName, conflictsOnTable, sharedTables, waitsForReaders } from './table-locks.ts';
import { type Transaction, type Transactions, transactionsIn } from './transactions.ts';

/**
 * A waiter goes on at once when the holder's commit reaches the server; both answers then cross the network and wait
 * for a turn of our loop. 25 ms is generous for that and far below any lock wait worth a verdict.
 */
const HAND_OVER_NS = msToNs(25);
/** Two statements sent in the same moment are seen to be answered in either order within this. */
const GRANT_ORDER_NS = msToNs(5);

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
 * What two statements have in common. `rows`: a parameter on the same table, or their table locks conflict. `referred`:
 * one writes a row that refers to the row of another table which the other one locks. `table`: one has no parameters, so
 * the rows are not known. `unlike`: they name their rows by different columns, so nobody can tell whether they are the
 * same. `doubtful`: they share a parameter, but not the one that most probably says which row.
 */
type Sameness = 'rows' | 'referred' | 'table' | 'unlike' | 'doubtful';

/** All transactions of a recording that may have held locks, made ready once, and only when somebody asks. */
export class LockBook {
  readonly #recording: Recording;
  readonly #all: Transactions;
  readonly #holders = new Map<OpId, LockHolder | undefined>();
  #lockers: ByTable | undefined;
  #readersToo: ByTable | undefined;

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
    // Writes to one document are tried again by the server where they meet: no other transaction has a lock to give back.
    if (waiting.detail.system === 'mongodb') return undefined;
    // One that was not sent yet waits for nobody's lock.
    if (wait.start > wait.end) return undefined;
    // Two that may each have stood behind the other: whoever is asked first is taken for the first.
    this.#holders.set(waiting.id, undefined);
    const unlike = new Set<Transaction>();
    for (const transactions of this.#tablesFor(waiting)) {
      // It held the lock before the wait began and gave it back as the wait ended.
      for (const transaction of transactions.between(wait.end - HAND_OVER_NS - 1, wait.start + GRANT_ORDER_NS + 1)) {
        const candidate = judge(transaction, waiting, wait);
        if (candidate?.sameness === 'unlike') unlike.add(transaction);
        if (candidate === undefined || !isStronger(candidate, best)) continue;
        if (!this.#isFellow(candidate, waiting)) best = candidate;
      }
    }
    // Of several on the same table that may be about any row, only the one that was seen to hand over says who it was.
    const isGuess = best?.sameness === 'unlike' && !best.handedOver;
    if (isGuess && (unlike.size > 1 || this.#areOtherRowsSlow(waiting, wait))) best = undefined;
    this.#holders.set(waiting.id, best);
    return best;
  }

  /**
   * A single statement that took unusually long itself, for no holder that can be seen, most probably stood in the same
   * queue: rows of tables that neither names (foreign keys), or a holder in another process.
   */
  #isFellow({ transaction, taking }: LockHolder, waiting: OpOf<'db-query'>): boolean {
    if (transaction.kind !== 'statement' || conflictsOnTable(taking.detail, waiting.detail)) return false;
    const took = (taking.end ?? this.#recording.now) - sentAt(taking);
    const wasHeldUp = isUnusual(took, taking.usual) ?? taking.detail.shape === waiting.detail.shape;
    return wasHeldUp && this.holderOf(taking) === undefined;
  }

  /**
   * The same statement was as slow for other rows meanwhile, and quick for none: then it is slow, and no transaction has
   * locked the rows of some.
   */
  #areOtherRowsSlow({ detail }: OpOf<'db-query'>, wait: Wait): boolean {
    const isOther = (op: Op): op is OpOf<'db-query'> =>
      isOpOf(op, 'db-query') && op.detail.shape === detail.shape && namesOtherRow(op.detail, detail);
    const others = [...this.#recording.requests.values()]
      .flatMap(({ ops }) => ops.filter(isOther))
      .map((op) => ({ start: sentAt(op), end: op.end ?? this.#recording.now, usual: op.usual }))
      .filter(({ start, end }) => start < wait.end && end > wait.start)
      .map(({ start, end, usual }) => isUnusual(end - start, usual));
    return others.includes(true) && !others.includes(false);
  }

  /** Its own tables' transactions, and for a statement that locks rows those of all others: a foreign key may lead there. */
  #tablesFor(waiting: OpOf<'db-query'>): Iterable<Timeline<Transaction>> {
    const byTable = this.#transactionsFor(waiting);
    if (waiting.detail.locking) return byTable.values();
    return waiting.detail.tables.flatMap((table) => byTable.get(bareName(table)) ?? []);
  }

  #transactionsFor(waiting: OpOf<'db-query'>): ByTable {
    if (waitsForReaders(waiting.detail)) {
      this.#readersToo ??= this.#listByTable(() => true);
      return this.#readersToo;
    }
    this.#lockers ??= this.#listByTable(mayHoldLocks);
    return this.#lockers;
  }

  #listByTable(test: (transaction: Transaction) => boolean): ByTable {
    const transactions = [...this.#recording.requests.values()].flatMap((request) => this.#all.of(request));
    const byTable = groupByTable(transactions.filter(test));
    const boundsOf = ({ ops, end }: Transaction) => ({
      start: ops[0]?.start ?? 0,
      end: end ?? Number.POSITIVE_INFINITY,
    });
    return new Map([...byTable].map(([table, onTable]) => [table, new Timeline(onTable, boundsOf)]));
  }
}

type ByTable = ReadonlyMap<string, Timeline<Transaction>>;

export function openLockBook(late: Case): LockBook {
  return new LockBook(late.recording, late.once(transactionsIn));
}

function groupByTable(transactions: readonly Transaction[]): Map<string, Transaction[]> {
  const tables = new Map<string, Transaction[]>();
  for (const transaction of transactions) {
    for (const table of new Set(transaction.ops.flatMap(({ detail }) => detail.tables.map(bareName)))) {
      const onTable = tables.get(table);
      if (onTable === undefined) tables.set(table, [transaction]);
      else onTable.push(transaction);
    }
  }
  return tables;
}

function mayHoldLocks({ ops }: Transaction): boolean {
  return ops.some(({ detail }) => detail.locking);
}

interface Wait {
  readonly start: number;
  readonly end: number;
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
    if (sameness === undefined || taking.failure !== undefined) continue;
    if (sentAt(taking) > wait.start + GRANT_ORDER_NS) continue;
    const granted = taking.end ?? wait.end;
    const heldBefore = granted <= wait.start + GRANT_ORDER_NS;
    // Granted during our wait: it stood before us in the queue. Believed only where the rows are known to be the same.
    // Not granted before we went on: it stood behind us, or nobody knows.
    if (!heldBefore && (sameness !== 'rows' || (granted >= wait.end && !standsBefore(taking, waiting)))) continue;
    const alone = transaction.kind === 'statement';
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

/** Both still wait for a table, and nobody passes an earlier request that conflicts: a plain read waits for a DDL that waits. */
function standsBefore(taking: OpOf<'db-query'>, waiting: OpOf<'db-query'>): boolean {
  const bothOpen = taking.end === undefined && waiting.end === undefined;
  return bothOpen && sentAt(taking) < sentAt(waiting) && conflictsOnTable(taking.detail, waiting.detail);
}

function samenessOf(taking: OpOf<'db-query'>, waiting: OpOf<'db-query'>): Sameness | undefined {
  if (sharedTables(taking.detail, waiting.detail).length === 0) return samenessByReference(taking, waiting);
  if (conflictsOnTable(taking.detail, waiting.detail)) return 'rows';
  // A plain SELECT waits for nobody's row locks, and only locking statements take any.
  if (!taking.detail.locking || !waiting.detail.locking) return undefined;
  return sameKeys(taking, waiting);
}

function samenessByReference(taking: OpOf<'db-query'>, waiting: OpOf<'db-query'>): Sameness | undefined {
  const reference = referenceBetween(taking.detail, waiting.detail);
  if (reference === undefined) return undefined;
  return reference.sameRow ? 'referred' : 'doubtful';
}

function sameKeys({ detail: taking }: OpOf<'db-query'>, { detail: waiting }: OpOf<'db-query'>): Sameness | undefined {
  if (taking.keys.length === 0 || waiting.keys.length === 0) return 'table';
  const isInsert = insertsNewRow(taking) || insertsNewRow(waiting);
  if (!taking.keys.some((key) => waiting.keys.includes(key))) {
    return !isInsert && nameRowsDifferently(taking, waiting) ? 'unlike' : undefined;
  }
  if (isInsert) return isSameRow(taking, waiting) ? 'rows' : 'doubtful';
  // Of two runs of one UPDATE the last parameter is most probably the row's; an equal quantity says nothing.
  const sameRun = taking.shape === waiting.shape && taking.verb !== 'INSERT';
  return sameRun && taking.keys.at(-1) !== waiting.keys.at(-1) ? 'doubtful' : 'rows';
}

type Detail = OpOf<'db-query'>['detail'];

function namesOtherRow(a: Detail, b: Detail): boolean {
  return a.database === b.database && a.keys.length > 0 && !a.keys.some((key) => b.keys.includes(key));
}

const UPSERTS = [' ON CONFLICT', ' ON DUPLICATE KEY'];

/** Nobody else has its row: it waits only for whoever inserts the same unique key, which may be any of its values. */
function insertsNewRow({ verb, shape }: Detail): boolean {
  return verb === 'INSERT' && !UPSERTS.some((words) => shape.toUpperCase().includes(words));
}

function isSameRow(a: Detail, b: Detail): boolean {
  return a.verb === b.verb && a.keys.length === b.keys.length && a.keys.every((key, index) => key === b.keys[index]);
}

const STRENGTH: readonly Sameness[] = ['rows', 'referred', 'table', 'unlike', 'doubtful'];

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
