import { type EvidenceItem, type Finding, ns } from '@holdup/model';
import { lengthOf, unite } from '../blame/spans.ts';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { connectionQueue } from './support/connection-queue.ts';
import { DATABASE_WORDS } from './support/database-words.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { groupBy, sumOf } from './support/located.ts';
import { machineText } from './support/machine.ts';
import { sentAt } from './support/ops.ts';
import { describeUsual, isMaterial, leastTime, tookOf, usually } from './support/significance.ts';
import { mayWaitForTable, ownStatements, type StatementWait } from './support/statement-waits.ts';

/** When no shape has half of the slow time, it is the database that is slow, not a statement. */
const ONE_SHAPE_SHARE = 0.5;

/**
 * Rows that come and are taken apart keep the loop busy with what no probe knows, and pauses between them are short. Two
 * thirds of the time are more than a server that is still at work leaves to such work.
 */
const TAKEN_APART_SHARE = 2 / 3;

type SlowStatement = StatementWait & { readonly kind: 'slow' | 'lock-suspected' };

interface Slowness {
  readonly culprit: { readonly kind: 'statement' | 'resource'; readonly name: string };
  readonly statements: readonly SlowStatement[];
  readonly beyond: number;
}

/** From the statement sent to its result took longer than usual, and no lock of another transaction is known of. */
export const dbQuerySlow: Cause = {
  id: 'db-query-slow',
  needs: ['ledger', 'db-client'],
  diagnose(late) {
    const waits = late.once(ownStatements);
    const slowness = slownessOf(waits.filter(isSlow));
    const behind = behindFinding(late, slowness?.beyond ?? 0);
    if (behind !== undefined) return behind;
    if (slowness === undefined || !isMaterial(late, slowness.beyond)) {
      return ruledOut('db-query-slow', whyNot(late, waits));
    }
    const { culprit, statements, beyond } = slowness;
    const machine = machineText(late, statements[0]?.op.detail.database ?? culprit.name, statements.map(peerWait));
    if (machine !== undefined) return unknown('db-query-slow', machine);
    const parsing = nobodysWork(late, statements);
    if (parsing !== undefined) return unknown('db-query-slow', parsing);
    const total = sumOf(statements.map((wait) => wait.at));
    return confirmed('db-query-slow', {
      explained: ns(beyond),
      depth: 0,
      culprit,
      summary: summaryOf(late, slowness, total),
      chain: [
        { kind: 'wait', ns: ns(total), resource: statements[0]?.op.detail.database ?? culprit.name },
        { kind: 'outside', ns: ns(total), resource: culprit.name, doing: outsideText(late, statements) },
      ],
      evidence: evidenceOf(late, statements),
      fix: fixOf(slowness),
    });
  },
};

function peerWait({ op, at }: SlowStatement) {
  return { ns: at.ns / at.scale, usual: op.usual };
}

/** One slow statement holds up all that are sent to its connection after it. */
function behindFinding(late: Case, ownTime: number): Finding | undefined {
  const queue = connectionQueue(late);
  const first = queue?.ahead[0];
  if (queue === undefined || first === undefined) return undefined;
  // Statements of two connections may have run at once.
  const explained = Math.min(sumOf(queue.ahead), queue.ns);
  // Many quick ones in a row are a queue too, but no statement of them was slow.
  if (explained <= ownTime || first.ns < leastTime(late) || !isMaterial(late, explained)) return undefined;
  const { name, owner, open } = first;
  const whose = (route: string) => (owner?.id === late.request.id ? 'its own' : `that of ${route}`);
  const route = owner?.route ?? BACKGROUND;
  return confirmed('db-query-slow', {
    explained: ns(explained),
    depth: owner?.id === late.request.id ? 0 : 1,
    culprit: { kind: 'statement', name },
    summary: `${late.request.route} waited ${formatMs(queue.ns)} of ${formatMs(late.ledger.wall)} in the queue of one connection to ${queue.database}, behind ${name}, ${whose(route)}${open ? ', which has no answer so far' : ''}.`,
    chain: [
      { kind: 'wait', ns: ns(queue.ns), resource: `one connection to ${queue.database}` },
      { kind: 'holder', ns: ns(explained), route, doing: `running ${name}` },
      { kind: 'outside', ns: ns(explained), resource: queue.database, doing: `executing ${name}` },
    ],
    evidence: queue.ahead.slice(0, 3).map((ahead) => ({
      kind: 'statement-ahead',
      text: `${ahead.name} of ${ahead.owner?.route ?? BACKGROUND} had the connection for ${formatMs(ahead.ns)} of that time: a connection answers one statement after another`,
    })),
    fix: `Give ${name} a connection of its own, or take each statement's from a pool: nothing that is sent to a connection after a slow or blocking statement is answered before it.`,
  });
}

/** As work outside any request is called. */
const BACKGROUND = 'background work';

function isSlow(wait: StatementWait): wait is SlowStatement {
  return wait.kind === 'slow' || wait.kind === 'lock-suspected';
}

function slownessOf(waits: readonly SlowStatement[]): Slowness | undefined {
  const beyondOf = (items: readonly SlowStatement[]) => items.reduce((sum, wait) => sum + wait.beyond, 0);
  const shapes = [...groupBy(waits, (wait) => wait.op.detail.shape)].sort(
    (a, b) => beyondOf(b[1]) - beyondOf(a[1]) || (a[0] < b[0] ? -1 : 1),
  );
  const top = shapes[0];
  const first = waits[0];
  if (top === undefined || first === undefined) return undefined;
  const all = beyondOf(waits);
  if (beyondOf(top[1]) >= ONE_SHAPE_SHARE * all) {
    return { culprit: { kind: 'statement', name: top[0] }, statements: top[1], beyond: beyondOf(top[1]) };
  }
  return { culprit: { kind: 'resource', name: first.op.detail.database }, statements: waits, beyond: all };
}

/** Of answers in many pieces nobody sees when the last one left the server: said where the loop was busy nearly throughout. */
function nobodysWork(late: Case, statements: readonly SlowStatement[]): string | undefined {
  const { loop } = late.index;
  if (loop === undefined || isLockPossible(statements)) return undefined;
  const windows = unite(statements.map(({ op }) => ({ start: sentAt(op), end: op.end ?? late.recording.now })));
  const pieces = windows.flatMap(({ start, end }) => loop.within(start, end));
  const busy = pieces.reduce((sum, { owner, start, end }) => sum + (owner === undefined ? end - start : 0), 0);
  const total = lengthOf(windows);
  if (busy < TAKEN_APART_SHARE * total) return undefined;
  return `how much of ${statements[0]?.op.name} was the server's: the event loop was busy for ${formatMs(busy)} of its ${formatMs(total)} with what no probe knows, such as taking many rows apart`;
}

function isLockPossible(statements: readonly SlowStatement[]): boolean {
  return statements.some((wait) => wait.kind === 'lock-suspected');
}

function summaryOf(late: Case, { culprit, statements }: Slowness, total: number): string {
  const time = `${late.request.route} waited ${formatMs(total)} of ${formatMs(late.ledger.wall)}`;
  const lock = isLockPossible(statements) ? '; a lock held by someone outside this process is not excluded' : '';
  if (culprit.kind === 'resource') {
    return `${time} for ${count(statements.length, 'slow statement')} of different shapes on ${culprit.name}${lock}.`;
  }
  const usual = statements[0]?.op.usual;
  const times = statements.length === 1 ? '' : ` (${statements.length} times)`;
  return `${time} for ${culprit.name}${times}${usual === undefined ? '' : `, ${usually(usual)}`}${lock}.`;
}

function outsideText(late: Case, statements: readonly SlowStatement[]): string {
  const open = statements.some((wait) => wait.op.end === undefined) ? ', no answer so far' : '';
  const lock = isLockPossible(statements) ? ' executing it, or waiting for a lock' : ' executing it';
  const longest = Math.max(...statements.map((wait) => wait.at.ns));
  return `the server,${lock}: ${statements.length === 1 ? '' : 'up to '}${formatMs(longest)} of ${formatMs(late.ledger.wall)}${open}`;
}

function evidenceOf(late: Case, statements: readonly SlowStatement[]): EvidenceItem[] {
  const evidence: EvidenceItem[] = statements.slice(0, 3).map(({ op, at }) => ({
    kind: 'statement',
    text: `${op.detail.shape}: ${formatMs(at.ns)}${op.usual === undefined ? ', too few earlier runs to compare with' : `, usually ${describeUsual(op.usual)}`}${op.failure === undefined ? '' : `, ended with ${op.detail.sqlState ?? op.failure.code ?? op.failure.name}`}`,
  }));
  const { lockView, readsWaitFor } = DATABASE_WORDS[statements[0]?.op.detail.system ?? 'postgresql'];
  if (isLockPossible(statements)) {
    evidence.push({
      kind: 'lock-not-excluded',
      text: `the statement takes locks and no transaction of this process was seen to hold them: only the server can tell (${lockView})`,
    });
  }
  if (readsWaitFor !== undefined && !isLockPossible(statements) && statements.some(mayWaitForTable)) {
    evidence.push({ kind: 'table-lock-not-excluded', text: readsWaitFor });
  }
  if (late.recording.sources.has('loop')) {
    evidence.push({
      kind: 'loop-idle',
      text: 'the event loop was free to take the result in that time: it is not ours',
    });
  }
  return evidence;
}

function isRedis({ op }: SlowStatement): boolean {
  return op.detail.system === 'redis';
}

function fixOf({ culprit, statements }: Slowness): string {
  const [first] = statements;
  if (first !== undefined && isRedis(first)) {
    return `${first.op.detail.database} runs one command at a time: see which one it was busy with then, whoever sent it (SLOWLOG GET, LATENCY DOCTOR); a script, KEYS, a huge key or a blocking command is the most common reason.`;
  }
  if (culprit.kind === 'resource') {
    return `Several unrelated statements were slow at once: look at the load, the disk and the network of ${culprit.name} before any single statement.`;
  }
  const { whoBlocked, explain } = DATABASE_WORDS[first?.op.detail.system ?? 'postgresql'];
  const locks = isLockPossible(statements) ? ` and see who blocked it then (${whoBlocked})` : '';
  return `${explain}${locks}; a missing index or a grown table is the most common reason.`;
}

function whyNot(late: Case, waits: readonly StatementWait[]): string {
  const took = tookOf(late, 'statements', sumOf(waits.map((wait) => wait.at)));
  const locked = waits.filter((wait) => wait.kind === 'lock-held' || wait.kind === 'lock-reported');
  if (locked.length > 0) {
    return `${took}, ${formatMs(sumOf(locked.map((wait) => wait.at)))} of it waiting for a lock: see db-lock-wait`;
  }
  const longest = waits[0];
  if (longest === undefined || !isMaterial(late, sumOf(waits.map((wait) => wait.at)))) return took;
  const usual = longest.op.usual === undefined ? '' : `, usually ${describeUsual(longest.op.usual)}`;
  return `${took}, the longest ${formatMs(longest.at.ns)}${usual}`;
}
