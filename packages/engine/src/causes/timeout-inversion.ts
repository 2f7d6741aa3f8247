import { type EvidenceItem, msToNs, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { overruns } from './support/bounds.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { machineBehind } from './support/machine.ts';
import { isOpOf, type OpOf } from './support/ops.ts';
import { timeOnPath } from './support/retries.ts';
import { describeUsual, isMaterial } from './support/significance.ts';

/** From a timer's firing, or another call's failing, to the answer: a few turns of a loop that may be busy. */
const ANSWERED_AT_ONCE_NS = msToNs(20);
/** What a handler's own timer answers with. */
const GAVE_UP: ReadonlySet<number> = new Set([503, 504]);

/** A call whose own timeout cannot fire before the outer one. */
interface Inversion {
  readonly op: OpOf<'http-client'>;
  readonly timeout: number;
  /** The outer limit. */
  readonly outer: number;
  readonly outerName: string;
  /** What it cost. */
  readonly ns: number;
  readonly happened: string;
}

/** An inner timeout is longer than the outer one that fired: it protects nothing, and no fallback behind it ever runs. */
export const timeoutInversion: Cause = {
  id: 'timeout-inversion',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const found = pastTheDeadline(late) ?? cutByTheHandler(late);
    if (found === undefined) {
      return ruledOut(
        'timeout-inversion',
        'no call was running, as time was up, with a timeout of its own that was longer',
      );
    }
    const { op, timeout, outer, outerName } = found;
    if (!isMaterial(late, found.ns)) {
      return ruledOut(
        'timeout-inversion',
        `${op.name} with its timeout of ${formatMs(timeout)} cost ${formatMs(found.ns)} only`,
      );
    }
    const machine = machineBehind(late, op);
    if (machine !== undefined) return unknown('timeout-inversion', machine);
    const { route } = late.request;
    return confirmed('timeout-inversion', {
      explained: ns(found.ns),
      depth: 0,
      culprit: { kind: 'route', name: route },
      summary: `${route} ${found.happened}: ${op.name} has a timeout of its own of ${formatMs(timeout)}, longer than the ${formatMs(outer)} of ${outerName}, and never ends in time.`,
      chain: [
        { kind: 'wait', ns: ns(found.ns), resource: op.detail.host },
        {
          kind: 'outside',
          ns: ns(found.ns),
          resource: op.detail.host,
          doing: `${op.name}, given ${formatMs(timeout)}`,
        },
      ],
      evidence: evidenceOf(found),
      fix: `Make the timeout of ${op.name} shorter than ${formatMs(outer)}, by as much as a fallback or a clear error needs: inner limits below outer ones, each with room for what comes after it.`,
    });
  },
};

/** The budget ran out, and the call went on. */
function pastTheDeadline(late: Case): Inversion | undefined {
  const { deadline } = late.request;
  const first = overruns(late).find(({ kind }) => kind === 'inverted');
  const { timeoutMs } = first?.op.detail ?? {};
  if (deadline === undefined || first === undefined || timeoutMs === undefined) return undefined;
  return {
    op: first.op,
    timeout: msToNs(timeoutMs),
    outer: deadline.budget,
    outerName: `the request (${deadline.source})`,
    ns: first.ns,
    happened: `waited for a call ${formatMs(first.ns)} past its deadline`,
  };
}

/** The handler gave up before the budget was spent, while the call was what it waited for. */
function cutByTheHandler(late: Case): Inversion | undefined {
  const { request, ledger } = late;
  const { status = 0, end, start } = request;
  if (end === undefined || !GAVE_UP.has(status)) return undefined;
  for (const op of request.ops) {
    if (!isOpOf(op, 'http-client') || op.detail.timeoutMs === undefined) continue;
    const timeout = msToNs(op.detail.timeoutMs);
    const outlives = op.end === undefined || op.end > end;
    if (!outlives || timeout <= end - start || !waitedToTheEnd(late, op)) continue;
    return {
      op,
      timeout,
      outer: ledger.wall,
      outerName: 'the timer that fired',
      ns: timeOnPath(late, op),
      happened: `answered ${status} after ${formatMs(ledger.wall)} while a call was running`,
    };
  }
  return undefined;
}

/** Nothing else came in between: of a call that failed beside it, the answer would have been the consequence. */
function waitedToTheEnd(late: Case, { id }: { readonly id: Inversion['op']['id'] }): boolean {
  const last = late.entriesOf(id).at(-1);
  if (last === undefined || last.end < late.ledger.end - ANSWERED_AT_ONCE_NS) return false;
  return last.end - last.start >= ANSWERED_AT_ONCE_NS;
}

function evidenceOf({ op, timeout, outer, outerName }: Inversion): EvidenceItem[] {
  return [
    { kind: 'timeouts', text: `${formatMs(timeout)} inside, ${formatMs(outer)} outside (${outerName})` },
    {
      kind: 'call',
      text: op.end === undefined ? `${op.name} is still running` : `${op.name} took ${formatMs(op.end - op.start)}`,
    },
    {
      kind: 'usual-time',
      text:
        op.usual === undefined
          ? `too few earlier calls of ${op.name} to compare with`
          : `${op.name} usually takes ${describeUsual(op.usual)}`,
    },
  ];
}
