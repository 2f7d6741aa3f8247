import { type Deadline, type DeadlineSource, msToNs } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { describeUsual } from './support/significance.ts';

/** No service answers anything worth asking for within 5 ms of wall time reliably: one collection pause is longer. */
const HOPELESS_BUDGET_NS = msToNs(5);
/** Without usual times: a request that took longer than this had trouble of its own beside the small budget. */
const ORDINARY_WALL_NS = msToNs(100);
/** A request half again as long as nine in ten of its route had trouble of its own. */
const FAR_ABOVE_USUAL = 1.5;

const RECEIVED: ReadonlySet<DeadlineSource> = new Set<DeadlineSource>([
  'grpc-timeout',
  'x-envoy-expected-rq-timeout-ms',
  'x-request-timeout-ms',
]);

/** What the caller left of its deadline was less than this route ordinarily needs. */
export const budgetSpentOnArrival: Cause = {
  id: 'budget-spent-on-arrival',
  needs: ['ledger', 'caller'],
  diagnose(late) {
    const { deadline, route, usual } = late.request;
    if (deadline === undefined || !RECEIVED.has(deadline.source)) {
      return ruledOut('budget-spent-on-arrival', 'the budget did not come from the caller');
    }
    const whyNot = whyEnough(late, deadline);
    if (whyNot !== undefined) return ruledOut('budget-spent-on-arrival', whyNot);
    const budget = formatMs(deadline.budget);
    const needs = usual === undefined ? 'too little for any answer' : `the route usually takes ${describeUsual(usual)}`;
    return confirmed('budget-spent-on-arrival', {
      explained: late.ledger.wall,
      depth: 0,
      culprit: { kind: 'caller', name: `caller (${deadline.source})` },
      summary: `${route} came with ${budget} left of its caller's deadline (${deadline.source}): ${needs}.`,
      chain: [
        { kind: 'outside', ns: late.ledger.wall, resource: 'caller', doing: `gave ${budget} in ${deadline.source}` },
      ],
      evidence: [
        { kind: 'budget', text: `${budget} received in ${deadline.source}` },
        {
          kind: 'usual-time',
          text:
            usual === undefined
              ? `no usual time of ${route} is known; under ${formatMs(HOPELESS_BUDGET_NS)} nothing would do`
              : `${route} usually takes ${describeUsual(usual)}; this one took ${formatMs(late.ledger.wall)}`,
        },
      ],
      fix: 'Look at what the caller did before it called: its own trace shows where the budget went. A request that comes with less than the route needs is better refused at once than worked on.',
    });
  },
};

/** Why the budget was not the trouble; undefined when it was. */
function whyEnough(late: Case, { budget }: Deadline): string | undefined {
  const { usual } = late.request;
  const { wall } = late.ledger;
  if (usual === undefined) {
    if (budget > HOPELESS_BUDGET_NS)
      return `the caller gave ${formatMs(budget)}, and no usual time is known to say that it is too little`;
    return wall > ORDINARY_WALL_NS
      ? `the request took ${formatMs(wall)}, far more than any small budget explains`
      : undefined;
  }
  if (usual.median <= budget)
    return `the caller gave ${formatMs(budget)}, the route usually takes ${describeUsual(usual)}`;
  return wall > FAR_ABOVE_USUAL * usual.p90
    ? `the request took ${formatMs(wall)}, the route usually takes ${describeUsual(usual)}: it had trouble of its own`
    : undefined;
}
