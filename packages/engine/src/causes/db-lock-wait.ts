import { type EvidenceItem, type Finding, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { DATABASE_WORDS } from './support/database-words.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { referenceBetween } from './support/foreign-keys.ts';
import { formatMs } from './support/format.ts';
import { depthOf, largestGroups, pathTo, sumOf } from './support/located.ts';
import type { LockHolder } from './support/lock-holder.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import {
  allStatements,
  describeLockHolder,
  isDeadlocked,
  lockChain,
  lockCulprit,
  mayWaitForTable,
  type StatementWait,
} from './support/statement-waits.ts';
import { conflictsOnTable, sharedTables } from './support/table-locks.ts';

type HeldWait = Extract<StatementWait, { kind: 'lock-held' }>;
type ReportedWait = Extract<StatementWait, { kind: 'lock-reported' }>;

/** The client's view: a statement waited for a lock that another transaction, of this process where visible, held. */
export const dbLockWait: Cause = {
  id: 'db-lock-wait',
  needs: ['ledger', 'db-client'],
  diagnose(late) {
    const waits = allStatements(late);
    return (
      heldFinding(
        late,
        waits.filter((wait) => wait.kind === 'lock-held'),
      ) ??
      reportedFinding(
        late,
        waits.filter((wait) => wait.kind === 'lock-reported'),
      ) ??
      suspectedFinding(late, waits) ??
      ruledOut('db-lock-wait', whyNot(late, waits))
    );
  },
};

function heldFinding(late: Case, waits: readonly HeldWait[]): Finding | undefined {
  const ofRoute = (wait: HeldWait) => lockCulprit(wait.steps)?.holder.transaction.owner.route ?? '';
  const byLocation = new Map(waits.map((wait) => [wait.at, wait]));
  const top = largestGroups(
    waits.map((wait) => wait.at),
    (at) => {
      const wait = byLocation.get(at);
      return wait === undefined ? '' : ofRoute(wait);
    },
  )[0];
  const group = top?.items.flatMap((at) => byLocation.get(at) ?? []) ?? [];
  const explained = group.reduce((sum, wait) => sum + wait.beyond, 0);
  const longest = group[0];
  const culprit = longest === undefined ? undefined : lockCulprit(longest.steps);
  if (longest === undefined || culprit === undefined || !isMaterial(late, explained)) return undefined;
  return confirmed('db-lock-wait', {
    explained: ns(explained),
    depth: depthOf(group.map((wait) => wait.at)),
    culprit: { kind: 'route', name: culprit.holder.transaction.owner.route },
    summary: heldSummary(late, longest, explained),
    chain: lockChain(late, longest),
    evidence: heldEvidence(longest),
    fix: `In ${culprit.holder.transaction.owner.route}, keep the transaction that runs ${culprit.holder.taking.name} short: no calls to others between it and the commit. Set lock_timeout so that a waiter gives up within its budget.`,
  });
}

function heldSummary(late: Case, wait: HeldWait, explained: number): string {
  const culprit = lockCulprit(wait.steps);
  const time = `${formatMs(explained)} of ${formatMs(late.ledger.wall)}`;
  const through = wait.at.depth === 0 ? '' : ` through ${wait.at.route}`;
  const what = `${late.request.route} waited ${time}${through} for a lock that ${wait.op.name} needs`;
  if (culprit === undefined) return `${what}.`;
  if (isDeadlocked(late, wait.steps)) {
    return `${what}: ${wait.steps[0]?.holder.transaction.owner.route} holds it and waits for one this request holds.`;
  }
  const probably = wait.steps[0]?.holder.sameness === 'rows' ? 'held by' : 'very probably held by';
  return `${what}, ${probably} ${culprit.holder.transaction.owner.route} (${describeLockHolder(late, culprit.holder)}).`;
}

function heldEvidence(wait: HeldWait): EvidenceItem[] {
  return wait.steps.flatMap(({ waiting, holder }): EvidenceItem[] => {
    const { owner } = holder.transaction;
    const evidence: EvidenceItem[] = [
      {
        kind: 'lock-taken',
        text: `${owner.route} had run ${holder.taking.detail.shape} on another connection before ${waiting.detail.shape} was sent, and its transaction was open throughout`,
      },
      samenessEvidence(waiting, holder),
    ];
    if (holder.handedOver && waiting.end !== undefined && holder.transaction.end !== undefined) {
      const gap = Math.abs(waiting.end - holder.transaction.end);
      evidence.push({
        kind: 'hand-over',
        text: `the statement went on ${formatMs(gap)} from the end of that transaction`,
      });
    }
    return evidence;
  });
}

function samenessEvidence(waiting: HeldWait['op'], { sameness, taking }: LockHolder): EvidenceItem {
  if (sameness === 'rows') return { kind: 'same-rows', text: sameRowsText(waiting, taking) };
  const reference = referenceBetween(waiting.detail, taking.detail);
  const shared = sharedTables(waiting.detail, taking.detail);
  if (shared.length === 0 && reference !== undefined) {
    return {
      kind: 'same-reference',
      text: `one writes rows that refer to ${reference.parent}, the other locks a row of it, and both name the same parameter value: a foreign key makes one wait for the other`,
    };
  }
  const why = sameness === 'unlike' ? ', since they name their rows by different columns' : '';
  return {
    kind: 'same-table',
    text: `both touch ${shared.join(', ')}; that they meet in the same rows is not proven${why}`,
  };
}

function sameRowsText({ detail: waiting }: HeldWait['op'], { detail: taking }: HeldWait['op']): string {
  return conflictsOnTable(taking, waiting)
    ? `a ${taking.verb} locks the whole table against what a ${waiting.verb} needs`
    : 'both name the same parameter value';
}

/** The server said so itself, but not who held it. */
function reportedFinding(late: Case, waits: readonly ReportedWait[]): Finding | undefined {
  const explained = waits.reduce((sum, wait) => sum + wait.beyond, 0);
  const longest = waits[0];
  if (longest === undefined || !isMaterial(late, explained)) return undefined;
  const { op, sqlState, at } = longest;
  const through = at.depth === 0 ? '' : ` through ${at.route}`;
  return confirmed('db-lock-wait', {
    explained: ns(explained),
    depth: depthOf(waits.map((wait) => wait.at)),
    culprit: { kind: 'statement', name: op.detail.shape },
    summary: `${late.request.route} waited ${formatMs(explained)} of ${formatMs(late.ledger.wall)}${through} for a lock that ${op.name} needs, until the server ended it (${sqlState}); who held it, only the server can tell.`,
    chain: [
      ...pathTo(late, at),
      { kind: 'wait', ns: ns(at.ns), resource: op.detail.shape },
      {
        kind: 'outside',
        ns: ns(at.ns),
        resource: op.detail.database,
        doing: 'a transaction that was not seen in this process',
      },
    ],
    evidence: [{ kind: 'sqlstate', text: `the server answered ${sqlState}: ${op.failure?.message ?? 'no message'}` }],
    fix: `Find the holder on the server while it lasts (${DATABASE_WORDS[op.detail.system].whoBlocked}), and shorten its transaction.`,
  });
}

function suspectedFinding(late: Case, waits: readonly StatementWait[]): Finding | undefined {
  const suspected = waits.filter((wait) => wait.kind === 'lock-suspected' || mayWaitForTable(wait));
  const time = suspected.reduce((sum, wait) => sum + wait.beyond, 0);
  const [first] = suspected;
  if (first === undefined || !isMaterial(late, time)) return undefined;
  const { lockView } = DATABASE_WORDS[first.op.detail.system];
  return unknown('db-lock-wait', `the database server's view (${lockView})`);
}

function whyNot(late: Case, waits: readonly StatementWait[]): string {
  const took = tookOf(
    late,
    'statements that take locks',
    sumOf(waits.filter((wait) => wait.op.detail.locking).map((wait) => wait.at)),
  );
  const plain = waits.find((wait) => wait.kind === 'slow');
  if (plain === undefined) return took;
  if (DATABASE_WORDS[plain.op.detail.system].readsWaitFor === undefined) return took;
  return `${took}; ${plain.op.detail.verb} waits for no row lock, only for a table locked by DDL, and none was seen here`;
}
