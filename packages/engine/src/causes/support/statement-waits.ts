import { type Account, type ChainLink, ns, type OpId, type Request, type RequestId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { DATABASE_WORDS } from './database-words.ts';
import { type Located, locateOwn, locateThroughHolders, pathTo } from './located.ts';
import { type LockBook, type LockHolder, openLockBook } from './lock-holder.ts';
import { describeMain, findOp, isOpOf, mainActivity, type OpOf, sentAt } from './ops.ts';
import { beyondUsual, isUnusual, leastTime } from './significance.ts';
import { overlapOf, type Window } from './windows.ts';

/** What a stretch of `db.query` time most probably was. */
export type StatementWait = {
  readonly at: Located;
  readonly op: OpOf<'db-query'>;
  /** Time beyond what the statement usually takes, in the late request's nanoseconds. */
  readonly beyond: number;
} & (
  | { readonly kind: 'ordinary' }
  /** Slow, and it takes no lock that others hold. */
  | { readonly kind: 'slow' }
  /** Slow, and only the server can tell whether it waited for a lock. */
  | { readonly kind: 'lock-suspected' }
  /** The server ended it and said that it was waiting for a lock. */
  | { readonly kind: 'lock-reported'; readonly sqlState: string }
  | { readonly kind: 'lock-held'; readonly steps: readonly LockStep[] }
);

/** One holder on the way from a waiting statement to whoever all wait for. */
export interface LockStep {
  readonly waiting: OpOf<'db-query'>;
  readonly holder: LockHolder;
  /** Time it held without waiting for the next holder. */
  readonly alone: number;
}

/** A plain read that was quick until now: a table that another process changes would hold it up, and cannot be seen from here. */
export function mayWaitForTable({ kind, op, at }: StatementWait): boolean {
  if (kind !== 'slow' || DATABASE_WORDS[op.detail.system].readsWaitFor === undefined) return false;
  return isUnusual(at.ns / at.scale, op.usual) === true;
}

/** The late request's own statements, each judged, largest first. */
export function ownStatements(late: Case): StatementWait[] {
  return locateOwn(late, 'db.query').flatMap((at) => judgeStatement(late, at) ?? []);
}

/** Own and holders' statements together, largest first. */
export function allStatements(late: Case): StatementWait[] {
  const held = locateThroughHolders(late, 'db.query').flatMap((at) => judgeStatement(late, at) ?? []);
  return [...late.once(ownStatements), ...held].sort((a, b) => b.at.ns - a.at.ns);
}

function judgeStatement(late: Case, at: Located): StatementWait | undefined {
  const { op, request } = at;
  if (op === undefined || request === undefined || !isOpOf(op, 'db-query')) return undefined;
  const real = at.ns / at.scale;
  const beyond = beyondUsual(real, op.usual) * at.scale;
  // Many small statements can each be slower than usual: that counts, but none of them waited for a lock to speak of.
  if (beyond < leastTime(late)) return { at, op, beyond, kind: beyond > 0 && op.usual ? 'slow' : 'ordinary' };
  const steps = followLocks(late.once(openLockBook), late.recording.now, request, op);
  if (steps[0] !== undefined && isSure(steps[0].holder, isUnusual(real, op.usual) === true)) {
    return { at, op, beyond, kind: 'lock-held', steps };
  }
  const sqlState = reportedLock(op);
  if (sqlState !== undefined) return { at, op, beyond, kind: 'lock-reported', sqlState };
  return { at, op, beyond, kind: op.detail.locking ? 'lock-suspected' : 'slow' };
}

/** Where the rows are not known to be the same, the time must speak: a hand-over, or at least an unusual wait. */
function isSure({ sameness, handedOver }: LockHolder, unusual: boolean): boolean {
  return sameness === 'rows' || handedOver || (sameness !== 'doubtful' && unusual);
}

/** lock_not_available (lock_timeout, NOWAIT) and deadlock_detected; MySQL's errors 1205, 1213 and 3572 by their names. */
const LOCK_STATES = new Set(['55P03', '40P01', 'ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK', 'ER_LOCK_NOWAIT']);
/** query_canceled: says nothing by itself, its message may. */
const CANCELED = '57014';
const LOCK_WORDS = ['due to lock timeout', 'while locking tuple', 'while updating tuple', 'while deleting tuple'];

function reportedLock(op: OpOf<'db-query'>): string | undefined {
  const state = op.detail.sqlState ?? op.failure?.code;
  if (state === undefined) return undefined;
  if (LOCK_STATES.has(state)) return state;
  return state === CANCELED && LOCK_WORDS.some((words) => op.failure?.message.includes(words)) ? state : undefined;
}

/** Longer queues than this are told by their first holders. */
const MOST_STEPS = 8;
/** A holder that waits for a lock itself passes the blame on when that took most of its time. */
const PASSED_ON_SHARE = 0.5;

/** From a waiting statement to the transaction it waited for, and on while that one waited for a lock itself. */
function followLocks(locks: LockBook, now: number, request: Request, waiting: OpOf<'db-query'>): LockStep[] {
  const steps: LockStep[] = [];
  const seen = new Set<RequestId>([request.id]);
  let op: OpOf<'db-query'> | undefined = waiting;
  while (op !== undefined && steps.length < MOST_STEPS) {
    const holder = locks.holderOf(op);
    if (holder === undefined) break;
    const next = ownLockWait(locks, now, holder, spanOf(op, now));
    const held = { start: holder.from, end: holder.to };
    const passedOn = next === undefined ? 0 : overlapOf([held], [spanOf(next, now)]);
    steps.push({ waiting: op, holder, alone: held.end - held.start - passedOn });
    const owner = holder.transaction.owner.id;
    if (seen.has(owner)) break;
    seen.add(owner);
    op = next;
  }
  return steps;
}

/** The locking statement a holder was itself stuck in for most of the wait, if a holder for that one is known too. */
function ownLockWait(locks: LockBook, now: number, holder: LockHolder, wait: Window): OpOf<'db-query'> | undefined {
  const stuck = holder.transaction.ops.find((op) => {
    const overlap = op.detail.locking ? overlapOf([wait], [spanOf(op, now)]) : 0;
    return overlap >= PASSED_ON_SHARE * (wait.end - wait.start);
  });
  return stuck !== undefined && locks.holderOf(stuck) !== undefined ? stuck : undefined;
}

function spanOf(op: OpOf<'db-query'>, now: number): Window {
  return { start: sentAt(op), end: op.end ?? now };
}

/** The one that held longest by itself: whom all the others waited for. */
export function lockCulprit(steps: readonly LockStep[]): LockStep | undefined {
  return steps.reduce<LockStep | undefined>((top, step) => (top && top.alone >= step.alone ? top : step), undefined);
}

export function isDeadlocked(late: Case, steps: readonly LockStep[]): boolean {
  return steps.length > 1 && steps.at(-1)?.holder.transaction.owner.id === late.request.id;
}

/** wait → holder → (it waited too → its holder …) → what the last one did. */
export function lockChain(late: Case, wait: Extract<StatementWait, { kind: 'lock-held' }>): ChainLink[] {
  const links: ChainLink[] = pathTo(late, wait.at);
  for (const { waiting, holder } of wait.steps) {
    links.push(
      {
        kind: 'wait',
        ns: ns(links.length === 0 ? wait.at.ns : (waiting.end ?? late.recording.now) - waiting.start),
        resource: waiting.detail.shape,
      },
      {
        kind: 'holder',
        ns: ns(holder.to - holder.from),
        route: holder.transaction.owner.route,
        doing: describeLockHolder(late, holder),
      },
    );
  }
  const last = wait.steps.at(-1);
  if (last === undefined) return links;
  if (isDeadlocked(late, wait.steps)) {
    links.push({
      kind: 'cycle',
      ns: ns(wait.at.ns),
      route: late.request.route,
      resource: last.waiting.detail.shape,
      doing: 'each holds what the other waits for',
    });
    return links;
  }
  const work = holderActivity(late, last.holder);
  if (work !== undefined) {
    links.push({ kind: work.account === 'cpu' ? 'work' : 'outside', ns: ns(work.ns), doing: work.text });
  }
  return links;
}

/** `in a transaction, waiting 611 ms for GET https://…` */
export function describeLockHolder(late: Case, holder: LockHolder): string {
  const { kind } = holder.transaction;
  if (kind === 'statement') return `running ${holder.taking.name}`;
  const work = holderActivity(late, holder);
  const where = kind === 'advisory' ? 'before it unlocked' : 'in a transaction';
  return work === undefined ? where : `${where}, ${work.text}`;
}

/** What the holder did most while it held the lock, from its own ledger. */
function holderActivity(late: Case, holder: LockHolder): { account: Account; ns: number; text: string } | undefined {
  const { owner } = holder.transaction;
  const ledger = late.ledgerOf(owner.id, ns(holder.from), ns(holder.to));
  const sums = new Map<string, { account: Account; ns: number; op?: OpId }>();
  for (const { account, op, start, end } of ledger?.entries ?? []) {
    const key = `${account} ${op ?? ''}`;
    sums.set(key, { account, ...(op === undefined ? {} : { op }), ns: (sums.get(key)?.ns ?? 0) + end - start });
  }
  const main = mainActivity([...sums.values()]);
  if (main === undefined) return undefined;
  const op = findOp(late, owner.id, main.largest.op);
  const text = describeMain(late.recording, main.largest.account, main.ns, op, main.others);
  return { account: main.largest.account, ns: main.ns, text };
}
