import { type Account, msToNs, ns, type Recording } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { beyondKnown } from './support/calls.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { groupBy, sumOf } from './support/located.ts';
import { isOpOf, type OpOf, sentAt } from './support/ops.ts';
import { describeUsual, isMaterial, leastTime, structuralShare } from './support/significance.ts';
import { overlapOf, type Window, Windows } from './support/windows.ts';

/** Fewer statements of one shape are an ordinary request's, not a loop over rows. */
const LEAST_STATEMENTS = 10;
/** Taking a connection for every statement costs a turn of the loop each; longer waits are the pool's own story. */
const TINY_POOL_WAIT_NS = msToNs(5);
/**
 * Building the next statement and making objects of the last one's rows: an ORM spends about as long on that as the
 * statement takes. A longer run between two statements is what the program does with a row.
 */
const HANDLING_NS = msToNs(5);
/** From here on the statements' being slow is the story, not their number. */
const SLOW_SHARE = 0.5;

/** One statement of a run, with its part of the critical path. */
interface RowStatement {
  readonly op: OpOf<'db-query'>;
  readonly ns: number;
  readonly start: number;
  readonly end: number;
}

/** Many small statements of one shape, one after another: one statement for all rows would do. */
export const queryPerRow: Cause = {
  id: 'query-per-row',
  needs: ['ledger', 'db-client'],
  diagnose(late) {
    const shapes = [...groupBy(criticalStatements(late), (item) => item.op.detail.shape)]
      .map(([shape, items]) => ({ shape, run: longestRun(items) }))
      .sort((a, b) => sumOf(b.run) - sumOf(a.run) || (a.shape < b.shape ? -1 : 1));
    const top = shapes.find(({ run }) => run.length >= LEAST_STATEMENTS) ?? shapes[0];
    if (top === undefined || top.run.length < LEAST_STATEMENTS) {
      return ruledOut(
        'query-per-row',
        `${top?.run.length ?? 0} statements of one shape in a row at most: under ${LEAST_STATEMENTS}`,
      );
    }
    return judgeRun(late, top.shape, top.run);
  },
};

function judgeRun(late: Case, shape: string, run: readonly RowStatement[]) {
  const statements = sumOf(run);
  const pool = timeBetween(late, run, 'db.pool-queue', TINY_POOL_WAIT_NS);
  const longest = Math.max(...run.map((item) => item.ns));
  const slow = beyondKnown(run);
  if (slow >= SLOW_SHARE * statements) {
    return ruledOut(
      'query-per-row',
      `${run.length} statements of one shape took ${formatMs(statements)}, but ${formatMs(slow)} of it beyond what they usually take: see db-query-slow`,
    );
  }
  // More work than the statements took is no longer theirs.
  const handling = Math.min(statements, timeBetween(late, run, 'cpu', HANDLING_NS));
  const total = statements + pool + handling;
  const explained = structuralShare(late, total, total - longest);
  if (!isMaterial(late, explained)) {
    const usual = late.request.usual;
    const ordinary = usual === undefined ? '' : `; the route usually takes ${describeUsual(usual)}`;
    return ruledOut(
      'query-per-row',
      `${run.length} statements of one shape took ${formatMs(total)} of ${formatMs(late.ledger.wall)}${ordinary}`,
    );
  }
  const mean = statements / run.length;
  if (mean > leastTime(late) && run.some((item) => item.op.usual === undefined)) {
    return unknown('query-per-row', `the usual time of ${shape}`);
  }
  return confirmed('query-per-row', {
    explained: ns(explained),
    depth: 0,
    culprit: { kind: 'statement', name: shape },
    summary: `${late.request.route} ran ${shape} ${run.length} times in a row, ${formatMs(total)} of ${formatMs(late.ledger.wall)} together and ${formatMs(mean)} each: one statement for all rows would do.`,
    chain: [
      { kind: 'wait', ns: ns(total), resource: run[0]?.op.detail.database ?? shape },
      {
        kind: 'outside',
        ns: ns(statements),
        resource: shape,
        doing: `${run.length} round trips of ${formatMs(mean)} each`,
      },
    ],
    evidence: [
      { kind: 'statements', text: `${run.length} of one shape in a row, the longest ${formatMs(longest)}` },
      ...(pool > 0 ? [{ kind: 'pool', text: `${formatMs(pool)} of it taking a connection for each` }] : []),
      ...(handling > 0 ? [{ kind: 'handling', text: `${formatMs(handling)} of it short work between them` }] : []),
      usualEvidence(run),
    ],
    fix: 'Fetch all rows with one statement (WHERE id = ANY($1), a join) or let the ORM load the relation eagerly; batch writes into one INSERT or UPDATE … FROM.',
  });
}

function usualEvidence(run: readonly RowStatement[]) {
  const usual = run.find((item) => item.op.usual !== undefined)?.op.usual;
  return {
    kind: 'usual-time',
    text:
      usual === undefined
        ? 'too few earlier runs of it to compare with'
        : `not slow by itself: usually ${describeUsual(usual)}`,
  };
}

/** Own statements that stood on the critical path, or that one on it queued behind on the same connection. */
function criticalStatements(late: Case): RowStatement[] {
  const queues = queuesByConnection(late);
  const statements: RowStatement[] = [];
  for (const op of late.request.ops) {
    // A cursor's batches: one statement for all rows is what it is.
    if (!isOpOf(op, 'db-query') || op.detail.verb === 'FETCH') continue;
    const { start, end } = runningOf(late.recording, op);
    let time = queues.get(op.detail.connection)?.overlap(start, end) ?? 0;
    for (const entry of late.entriesOf(op.id)) {
      if (entry.account === 'db.query') time += entry.end - entry.start;
      // It did not queue behind itself.
      if (entry.account === 'db.client-queue') time -= overlapOf([entry], [{ start, end }]);
    }
    if (time > 0) statements.push({ op, ns: time, start, end });
  }
  return statements;
}

function queuesByConnection(late: Case): Map<string, Windows> {
  const queued = late.ledger.entries.filter((entry) => entry.account === 'db.client-queue');
  const connections = groupBy(queued, (entry) => {
    const op = entry.op === undefined ? undefined : late.op(entry.op);
    return op !== undefined && isOpOf(op, 'db-query') ? op.detail.connection : '';
  });
  return new Map([...connections].map(([connection, entries]) => [connection, new Windows(entries)]));
}

/** From sent to answered, without queueing on the connection. */
function runningOf(recording: Recording, op: OpOf<'db-query'>): Window {
  return { start: sentAt(op), end: op.end ?? recording.now };
}

/** One after another, in order of time. */
function longestRun(items: readonly RowStatement[]): RowStatement[] {
  const run: RowStatement[] = [];
  let cursor = Number.NEGATIVE_INFINITY;
  for (const item of items.toSorted((a, b) => a.start - b.start)) {
    if (item.start < cursor) continue;
    run.push(item);
    cursor = item.end;
  }
  return run;
}

/** Entries of one account between the statements of a run, each shorter than `limit` ns. */
function timeBetween(late: Case, run: readonly RowStatement[], of: Account, limit: number): number {
  const from = run[0]?.start ?? 0;
  const to = run.at(-1)?.end ?? 0;
  let sum = 0;
  for (const { account, start, end } of late.ledger.entries) {
    const length = end - start;
    if (account === of && start >= from && end <= to && length < limit) sum += length;
  }
  return sum;
}
