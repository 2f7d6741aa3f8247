import { type Deadline, msToNs, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { type Overrun, overruns } from './support/bounds.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { sumOf } from './support/located.ts';
import { machineBehind } from './support/machine.ts';
import { describeUsual, isMaterial } from './support/significance.ts';

/**
 * A callee was given more time than the request had left, or none, and was what the request still waited for when its
 * deadline had passed. What made the callee slow is another question, and `rank` asks it first.
 */
export const deadlineNotPropagated: Cause = {
  id: 'deadline-not-propagated',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const { deadline, route } = late.request;
    if (deadline === undefined) return ruledOut('deadline-not-propagated', 'the request had no deadline');
    const untold = overruns(late).filter(({ kind }) => kind === 'untold');
    const first = untold.find(({ left }) => left > 0) ?? untold[0];
    if (first === undefined) {
      return ruledOut(
        'deadline-not-propagated',
        'no call of it went on past the deadline that its own timeout had not ended',
      );
    }
    // What began after the deadline made a request later that was late already, by something else.
    const time = sumOf(untold.filter(({ left }) => left > 0));
    if (!isMaterial(late, time)) {
      const began = first.left > 0 ? '' : '; others began after it, and the request was late already';
      return ruledOut('deadline-not-propagated', `calls went on for ${formatMs(time)} after the deadline only${began}`);
    }
    const machine = machineBehind(late, first.op);
    if (machine !== undefined) return unknown('deadline-not-propagated', machine);
    const given = givenText(first);
    return confirmed('deadline-not-propagated', {
      explained: ns(time),
      depth: 0,
      culprit: { kind: 'route', name: route },
      summary: `${route} had ${formatMs(deadline.budget)} (${deadline.source}) and waited for ${first.op.name} ${formatMs(first.ns)} past it: the call began with ${formatMs(first.left)} left and was given ${given}.`,
      chain: [
        { kind: 'wait', ns: ns(time), resource: first.op.detail.host },
        {
          kind: 'outside',
          ns: ns(first.ns),
          resource: first.op.detail.host,
          doing: `${first.op.name} went on after the deadline`,
        },
      ],
      evidence: evidenceOf(late, deadline, first),
      fix: `Give every call of ${route} what is left of its deadline (AbortSignal.timeout of the rest, or one signal for the whole request), send it on in a header, and start none that cannot be over in time.`,
    });
  },
};

function givenText({ op }: Overrun): string {
  const { timeoutMs, unbounded } = op.detail;
  if (timeoutMs !== undefined) return formatMs(msToNs(timeoutMs));
  return unbounded === true ? 'no timeout at all' : 'no timeout that was seen';
}

function evidenceOf(late: Case, { budget, source }: Deadline, { op, ns: time, left }: Overrun) {
  const open = op.end === undefined ? 'is still running' : 'ended by itself';
  return [
    {
      kind: 'budget',
      text: `${formatMs(budget)} (${source}), ${formatMs(left)} left as the call began`,
    },
    { kind: 'overrun', text: `${op.name} ${open}, ${formatMs(time)} of it after the deadline: nobody had told it` },
    {
      kind: 'usual-time',
      text:
        op.usual === undefined
          ? `too few earlier calls of ${op.name} to compare with`
          : `${op.name} usually takes ${describeUsual(op.usual)}`,
    },
    ...(late.request.end === undefined
      ? [{ kind: 'in-flight', text: 'the request has not been answered so far' }]
      : []),
  ];
}
