import type { Account, OpFailure } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy } from './located.ts';
import { hostOf, isOpOf, type OpOf } from './ops.ts';
import { overlapOf } from './windows.ts';

type DbAttempt = OpOf<'db-query'> | OpOf<'pool-wait'> | OpOf<'db-connect'>;

/** A statement, or asking for a connection, that failed in a way that may pass, and was tried again. Times in ns. */
export interface DbRetries {
  /** `UPDATE …`, `a connection` */
  readonly what: string;
  /** Pool or database. */
  readonly resource: string;
  /** In order of time; each but the last failed. */
  readonly attempts: readonly DbAttempt[];
  /** From the first failure on, without what the process itself was busy with. */
  readonly after: number;
  /** Of it, nothing was done. */
  readonly pauses: number;
  /** Of it, the attempts themselves took. */
  readonly own: number;
  /** Of it, something that is no database's took: the calls of a transaction that was run again. */
  readonly elsewhere: number;
}

/** Serialization, deadlock, lock and connection trouble (SQLSTATE 40, 55P03, 08, 53, 57P0x) pass; other errors come again. */
const PASSING_STATES = ['40', '55P03', '08', '53', '57P0'];
const PASSING_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
]);
/** pg gives no code to it. */
const LOST = 'Connection terminated';

const NOT_WAITING: ReadonlySet<Account> = new Set<Account>(['cpu', 'gc', 'loop.blocked', 'loop.busy']);
const DATABASE = 'db.';
const PAUSE: ReadonlySet<Account> = new Set<Account>(['timer', 'unattributed']);

/** The one with the most time first. */
export function dbRetries(late: Case): readonly DbRetries[] {
  const attempts = late.request.ops.flatMap((op) => (isAttempt(op) ? [op] : []));
  if (!attempts.some(hasPassingFailure)) return [];
  return [...groupBy(attempts, keyOf).values()]
    .flatMap(chainsOf)
    .map((chain) => measure(late, chain))
    .sort((a, b) => b.after - a.after);
}

function isAttempt(op: Case['request']['ops'][number]): op is DbAttempt {
  return isOpOf(op, 'db-query') || isOpOf(op, 'pool-wait') || isOpOf(op, 'db-connect');
}

function keyOf({ detail }: DbAttempt): string {
  if (detail.kind === 'pool-wait') return `pool ${detail.pool}`;
  if (detail.kind === 'db-connect') return `connect ${detail.database}`;
  return `query ${detail.database} ${detail.shape}`;
}

function hasPassingFailure({ detail, failure }: DbAttempt): boolean {
  if (failure === undefined) return false;
  if (detail.kind !== 'db-query') return true;
  const { sqlState } = detail;
  return sqlState === undefined ? mayPass(failure) : PASSING_STATES.some((state) => sqlState.startsWith(state));
}

function mayPass({ code, message }: OpFailure): boolean {
  return (code !== undefined && PASSING_CODES.has(code)) || message.startsWith(LOST);
}

/** SQLSTATE class 40: the whole transaction is to be run again, and what it writes may be another value then. */
const CONFLICT = '40';

/** Of a loop over rows every statement has other parameters. */
function isSameRow({ detail: before }: DbAttempt, { detail }: DbAttempt): boolean {
  if (before.kind !== 'db-query' || detail.kind !== 'db-query') return true;
  return isConflict({ detail: before }) || before.keys.join() === detail.keys.join();
}

/** Another transaction made it fail. */
export function isConflict({ detail }: Pick<DbAttempt, 'detail'>): boolean {
  return detail.kind === 'db-query' && detail.sqlState?.startsWith(CONFLICT) === true;
}

/** A success ends a row of attempts, and so does an error that does not pass. */
function chainsOf(ops: readonly DbAttempt[]): DbAttempt[][] {
  const chains: DbAttempt[][] = [];
  let chain: DbAttempt[] = [];
  for (const op of ops.toSorted((a, b) => a.start - b.start)) {
    const before = chain.at(-1);
    const follows =
      before?.end !== undefined && hasPassingFailure(before) && before.end <= op.start && isSameRow(before, op);
    if (!follows) {
      chain = [];
      chains.push(chain);
    }
    chain.push(op);
  }
  return chains.filter(isRetry);
}

/** Whoever asks for a connection again may want it for something else: only when that failed, too, is it a retry. */
function isRetry(chain: readonly DbAttempt[]): boolean {
  const [first] = chain;
  if (first === undefined || isOpOf(first, 'db-query')) return chain.length > 1;
  return chain.filter(hasPassingFailure).length > 1;
}

function measure(late: Case, attempts: readonly DbAttempt[]): DbRetries {
  const [first] = attempts;
  const last = attempts.at(-1);
  const isOver = last?.end !== undefined && !(hasPassingFailure(last) && late.request.end === undefined);
  const window = { start: first?.end ?? late.ledger.end, end: isOver ? last.end : late.ledger.end };
  const timeOf = (isCounted: (account: Account) => boolean) =>
    overlapOf(
      late.ledger.entries.filter(({ account }) => isCounted(account)),
      [window],
    );
  const spans = attempts.slice(1).map(({ start, end }) => ({ start, end: end ?? late.ledger.end }));
  const waiting = late.ledger.entries.filter(({ account }) => !NOT_WAITING.has(account));
  return {
    what: first === undefined || !isOpOf(first, 'db-query') ? 'a connection' : first.name,
    resource: first === undefined ? '' : hostOf(late.recording, first),
    attempts,
    after: timeOf((account) => !NOT_WAITING.has(account)),
    pauses: timeOf((account) => PAUSE.has(account)),
    own: overlapOf(waiting, spans),
    elsewhere: timeOf((account) => !NOT_WAITING.has(account) && !PAUSE.has(account) && !account.startsWith(DATABASE)),
  };
}
