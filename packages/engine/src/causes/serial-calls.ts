import { type Account, ns, type Op } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { beyondKnown, inSequence, isRedirect, isSeries, LEAST_SERIES } from './support/calls.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { groupBy, sumOf } from './support/located.ts';
import { hostOf, isOpOf, type OpOf } from './support/ops.ts';
import { isRetried } from './support/retries.ts';
import { describeUsual, isMaterial, structuralShare } from './support/significance.ts';

/** Steps shorter than a tenth of the longest would save nothing if they ran beside it. */
const LEAST_STEP_SHARE = 0.1;
/** With queries in the row, at least this many calls to others: statements alone are another story. */
const LEAST_CALLS = 2;

/** Loop and collection time inside a call is not the call's. Waiting for a pooled connection has its own causes. */
const NOT_THE_STEP: ReadonlySet<Account> = new Set<Account>([
  'cpu',
  'gc',
  'loop.blocked',
  'loop.busy',
  'db.pool-queue',
]);

interface Step {
  readonly op: OpOf<'http-client'> | OpOf<'db-query'>;
  readonly ns: number;
}

/** Calls made one after another that might have been made at once. That they are independent nobody can see from here. */
export const serialCalls: Cause = {
  id: 'serial-calls',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    // Most requests make none, and those with a thousand statements make them dear to sort.
    if (!late.request.ops.some(isClientCall)) return ruledOut('serial-calls', whyNoSeries([]));
    const steps = stepsOf(late);
    const series = seriesOf(steps);
    if (series === undefined) return ruledOut('serial-calls', whyNoSeries(steps));
    const total = sumOf(series);
    const longest = Math.max(...series.map((step) => step.ns));
    const explained = structuralShare(late, total, total - longest);
    if (!isMaterial(late, explained)) return ruledOut('serial-calls', whySmall(late, series, total));
    const { route } = late.request;
    const hosts = new Set(series.map((step) => hostOf(late.recording, step.op)));
    const where = hosts.size === 1 ? `to ${[...hosts][0]}` : `to ${hosts.size} hosts`;
    return confirmed('serial-calls', {
      explained: ns(explained),
      depth: 0,
      culprit: { kind: 'route', name: route },
      summary: `${route} made ${series.length} calls ${where} one after another, ${formatMs(total)} of ${formatMs(late.ledger.wall)} together, none longer than ${formatMs(longest)}: if they are independent, all at once would take about ${formatMs(longest)}.`,
      chain: [
        { kind: 'wait', ns: ns(total), resource: `${series.length} calls in a row` },
        ...series.slice(0, 4).map((step) => ({
          kind: 'outside' as const,
          ns: ns(step.ns),
          resource: hostOf(late.recording, step.op),
          doing: step.op.name,
        })),
      ],
      evidence: [
        {
          kind: 'independence-assumed',
          text: 'that no call needs the result of an earlier one is assumed: it cannot be seen from outside the code',
        },
        ...series.slice(0, 5).map((step) => ({
          kind: 'call',
          text: `${step.op.name}: ${formatMs(step.ns)}${step.op.usual === undefined ? ', too few earlier calls to compare with' : `, usually ${describeUsual(step.op.usual)}`}`,
        })),
      ],
      fix: `If they do not need each other's results, start the calls of ${route} together and await them with Promise.all; otherwise ask for a batch endpoint, or cache what rarely changes.`,
    });
  },
};

function isClientCall(op: Op): boolean {
  return isOpOf(op, 'http-client');
}

/** Outgoing calls and statements with their time on the critical path, what they started included. */
function stepsOf(late: Case): Step[] {
  const times = new Map<Step['op'], number>();
  for (const entry of late.ledger.entries) {
    if (entry.op === undefined || NOT_THE_STEP.has(entry.account)) continue;
    const op = stepOf(late, late.op(entry.op));
    if (op !== undefined) times.set(op, (times.get(op) ?? 0) + entry.end - entry.start);
  }
  // Another attempt of a call that failed is no step of its own: it hangs on that failure, and `retry-exhausted` tells it.
  // Nor is what a redirect led to.
  const isDependedOn = (op: Step['op']) => isRetried(late, op) || (isOpOf(op, 'http-client') && isRedirect(op));
  return [...times].filter(([op]) => !isDependedOn(op)).map(([op, time]) => ({ op, ns: time }));
}

/** The call or statement that an op belongs to: a lookup or connect belongs to the call that needed it. */
function stepOf(late: Case, op: Op | undefined): Step['op'] | undefined {
  for (let at = op; at !== undefined; at = at.parent === undefined ? undefined : late.op(at.parent)) {
    if (isOpOf(at, 'http-client') || isOpOf(at, 'db-query')) return at;
  }
  return undefined;
}

/** Statements of a transaction have an order, and those of one shape are `query-per-row`'s: neither is a step. */
function seriesOf(steps: readonly Step[]): Step[] | undefined {
  const shapes = groupBy(steps, (step) => (isOpOf(step.op, 'db-query') ? step.op.detail.shape : undefined));
  const isLone = ({ op }: Step) => isOpOf(op, 'db-query') && shapes.get(op.detail.shape)?.length === 1;
  const mixed = worthwhile(
    inSequence(steps.filter((step) => isCall(step) || (isLone(step) && !isInTransaction(step)))),
  );
  if (mixed.filter(isCall).length >= LEAST_CALLS && isSeries(mixed)) return mixed;
  const calls = worthwhile(inSequence(steps.filter(isCall)));
  return isSeries(calls) ? calls : undefined;
}

function isCall(step: Step): boolean {
  return step.op.detail.kind === 'http-client';
}

function isInTransaction({ op }: Step): boolean {
  return isOpOf(op, 'db-query') && op.detail.transaction !== undefined;
}

function worthwhile(steps: readonly Step[]): Step[] {
  const longest = Math.max(0, ...steps.map((step) => step.ns));
  return steps.filter((step) => step.ns >= LEAST_STEP_SHARE * longest);
}

function whyNoSeries(steps: readonly Step[]): string {
  const calls = inSequence(steps.filter(isCall));
  if (calls.length < LEAST_SERIES) return `${calls.length} outgoing calls in a row: under ${LEAST_SERIES}`;
  const took = `${calls.length} calls in a row took ${formatMs(sumOf(calls))}`;
  const beyond = beyondKnown(calls);
  if (beyond > 0) return `${took}, ${formatMs(beyond)} of it beyond what these calls usually take`;
  return `${took}, ${formatMs(Math.max(...calls.map((step) => step.ns)))} of it in one`;
}

function whySmall(late: Case, series: readonly Step[], total: number): string {
  const usual = late.request.usual;
  const took = `${series.length} calls in a row took ${formatMs(total)} of ${formatMs(late.ledger.wall)}`;
  return usual === undefined ? took : `${took}; the route usually takes ${describeUsual(usual)}`;
}
