import type { Ns, Request, RequestId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { isOpOf, type OpOf, sentAt } from './ops.ts';

/**
 * Statements that keep their locks together until a commit or rollback. A statement outside any transaction is one by
 * itself, and an advisory lock of the session lasts from its taking to its unlocking.
 */
export interface Transaction {
  readonly kind: 'transaction' | 'statement' | 'advisory';
  readonly owner: Request;
  readonly connection: string;
  readonly database: string;
  /** Absent: one statement that commits by itself. */
  readonly id?: string;
  readonly ops: readonly OpOf<'db-query'>[];
  /** When the commit or rollback was sent: Infinity while it queues on its connection; absent while there is none. */
  readonly endSent?: number;
  /** When the commit or rollback was answered; absent while open. */
  readonly end?: Ns;
}

/** The transactions of any request, read once. */
export class Transactions {
  readonly #read = new Map<RequestId, readonly Transaction[]>();

  /** Single statements included, in the order they began. */
  of(request: Request): readonly Transaction[] {
    const known = this.#read.get(request.id);
    if (known !== undefined) return known;
    const transactions = transactionsOf(request);
    this.#read.set(request.id, transactions);
    return transactions;
  }
}

export function transactionsIn(_late: Case): Transactions {
  return new Transactions();
}

function transactionsOf(request: Request): Transaction[] {
  const groups = new Map<string, OpOf<'db-query'>[]>();
  for (const op of request.ops) {
    if (!isOpOf(op, 'db-query')) continue;
    const { transaction, connection, database } = op.detail;
    const key = transaction === undefined ? `op ${op.id}` : `tx ${database} ${connection} ${transaction}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [op]);
    else group.push(op);
  }
  return [...groups.values()].flatMap((ops) => transactionOf(request, ops));
}

function transactionOf(owner: Request, ops: readonly OpOf<'db-query'>[]): Transaction[] {
  const first = ops[0];
  if (first === undefined) return [];
  const { connection, database, transaction } = first.detail;
  const base = { owner, connection, database, ops };
  if (transaction !== undefined)
    return [{ ...base, kind: 'transaction', id: transaction, ...endOf(ops.find(endsTransaction)) }];
  if (isSessionLock(first)) {
    const unlock = owner.ops.find((op): op is OpOf<'db-query'> => isOpOf(op, 'db-query') && isUnlockOf(op, first));
    return [{ ...base, kind: 'advisory', ...endOf(unlock) }];
  }
  return [{ ...base, kind: 'statement', ...endOf(first) }];
}

/** @param last what ends it; absent: nothing has so far */
function endOf(last: OpOf<'db-query'> | undefined): Pick<Transaction, 'endSent' | 'end'> {
  if (last === undefined) return {};
  return { endSent: sentAt(last), ...(last.end === undefined ? {} : { end: last.end }) };
}

const SESSION_LOCKS = ['pg_advisory_lock(', 'pg_advisory_lock_shared('];
const SESSION_UNLOCK = 'pg_advisory_unlock';

/** Held beyond the transaction it was taken in, by the connection. */
function isSessionLock({ detail, failure }: OpOf<'db-query'>): boolean {
  return failure === undefined && SESSION_LOCKS.some((call) => detail.shape.toLowerCase().includes(call));
}

function isUnlockOf({ detail, start }: OpOf<'db-query'>, lock: OpOf<'db-query'>): boolean {
  const isSameSession = detail.connection === lock.detail.connection && detail.database === lock.detail.database;
  if (!isSameSession || start < lock.start || !detail.shape.toLowerCase().includes(SESSION_UNLOCK)) return false;
  const { keys } = lock.detail;
  return keys.length === 0 || detail.keys.length === 0 || keys.some((key) => detail.keys.includes(key));
}

const END_VERBS = new Set(['COMMIT', 'ROLLBACK', 'END', 'ABORT']);

function endsTransaction(op: OpOf<'db-query'>): boolean {
  return END_VERBS.has(op.detail.verb) && !isToSavepoint(op.detail.shape);
}

/** `ROLLBACK [WORK | TRANSACTION] TO [SAVEPOINT] name` keeps the transaction open. */
function isToSavepoint(shape: string): boolean {
  const [verb, ...words] = shape.trim().toUpperCase().split(' ');
  return verb === 'ROLLBACK' && words.slice(0, 2).includes('TO');
}

/** Whether a request had a transaction open at some moment within `[from, to]`. */
export function isInTransaction(late: Case, request: Request, from: number, to: number): boolean {
  return late
    .once(transactionsIn)
    .of(request)
    .some((tx) => tx.id !== undefined && (tx.ops[0]?.start ?? to) < to && (tx.end === undefined || tx.end > from));
}
