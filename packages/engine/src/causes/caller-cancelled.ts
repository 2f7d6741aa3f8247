import { ns } from '@holdup/model';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { chainFrom, describeEntry, entryAt } from './support/moment.ts';

/** The caller gave up while there was still budget. The request did not miss its own deadline: nothing else can be why. */
export const callerCancelled: Cause = {
  id: 'caller-cancelled',
  needs: ['ledger', 'caller'],
  diagnose(late) {
    const { cancelledAt, deadline, outcome, route, start } = late.request;
    if (cancelledAt === undefined) return ruledOut('caller-cancelled', 'the caller stayed until the end');
    if (deadline !== undefined && cancelledAt >= deadline.at) {
      const after = formatMs(cancelledAt - deadline.at);
      return ruledOut('caller-cancelled', `the caller left ${after} after the deadline had passed`);
    }
    if (outcome !== 'cancelled') return ruledOut('caller-cancelled', `the caller left, but the outcome is ${outcome}`);
    const lasted = ns(cancelledAt - start);
    const entry = entryAt(late, cancelledAt);
    const doing = entry === undefined ? undefined : describeEntry(late, entry);
    const left = deadline === undefined ? '' : ` with ${formatMs(deadline.at - cancelledAt)} of its budget left`;
    return confirmed('caller-cancelled', {
      explained: ns(Math.min(lasted, late.ledger.wall)),
      depth: 0,
      culprit: { kind: 'caller', name: 'caller' },
      summary: `The caller of ${route} went away after ${formatMs(lasted)}${left}${doing === undefined ? '' : `; the request was ${doing} then`}.`,
      chain: [
        { kind: 'outside', ns: lasted, resource: 'caller', doing: `went away after ${formatMs(lasted)}` },
        ...(entry === undefined ? [] : chainFrom(late, entry)),
      ],
      evidence: [
        { kind: 'cancelled', text: `the connection or stream was closed ${formatMs(lasted)} after the start` },
        {
          kind: 'budget',
          text:
            deadline === undefined
              ? 'the request had no deadline'
              : `budget ${formatMs(deadline.budget)} (${deadline.source})`,
        },
        ...(doing === undefined ? [] : [{ kind: 'at-that-moment', text: doing }]),
      ],
      fix: "Compare the caller's own timeout with this budget: it is shorter, or a person gave up. Pass the abort on (AbortSignal) so that work nobody waits for ends.",
    });
  },
};
