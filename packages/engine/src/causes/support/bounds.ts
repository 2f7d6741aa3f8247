import { type Account, type DeadlineSource, msToNs } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy } from './located.ts';
import { isOpOf, type OpOf } from './ops.ts';
import { overlapOf } from './windows.ts';

/** Ending a call takes a turn or two of the loop: what ended so soon after the deadline may have been told of it. */
const TOLD_IN_TIME_NS = msToNs(50);

/** Loop and collection time inside a call is not the call's. */
const NOT_THE_CALL: ReadonlySet<Account> = new Set<Account>(['cpu', 'gc', 'loop.blocked', 'loop.busy']);

/** Budgets that differ from request to request: no timeout in a configuration can fit them. */
const VARYING: ReadonlySet<DeadlineSource> = new Set<DeadlineSource>([
  'explicit',
  'grpc-timeout',
  'x-envoy-expected-rq-timeout-ms',
  'x-request-timeout-ms',
]);

/** A call that the request waited for after its deadline had passed. */
export interface Overrun {
  readonly op: OpOf<'http-client'>;
  /** On the critical path after the deadline. */
  readonly ns: number;
  /** What was left of the budget as the call began; less than none: the deadline had passed. */
  readonly left: number;
  /**
   * `inverted`: its own timeout is longer than the whole of a budget that never changes, and never fires in time.
   * `untold`: it was given more than was left, or none, or nobody saw any and it ran on all the same.
   */
  readonly kind: 'inverted' | 'untold';
}

/** The request's own calls that went on after its deadline, the one with the most time first. */
export function overruns(late: Case): readonly Overrun[] {
  return late.once(findOverruns);
}

function findOverruns(late: Case): Overrun[] {
  const { deadline } = late.request;
  if (deadline === undefined || late.ledger.end <= deadline.at) return [];
  const after = [{ start: deadline.at, end: late.ledger.end }];
  const entries = late.ledger.entries.filter(({ end, account }) => end > deadline.at && !NOT_THE_CALL.has(account));
  const found: Overrun[] = [];
  for (const [id, group] of groupBy(entries, ({ op }) => op)) {
    const op = id === undefined ? undefined : late.op(id);
    if (op === undefined || !isOpOf(op, 'http-client')) continue;
    const { timeoutMs } = op.detail;
    const given = timeoutMs === undefined ? Number.POSITIVE_INFINITY : msToNs(timeoutMs);
    const time = overlapOf(group, after);
    if (time < TOLD_IN_TIME_NS || op.start + given <= deadline.at + TOLD_IN_TIME_NS) continue;
    const inverted = timeoutMs !== undefined && given > deadline.budget && !VARYING.has(deadline.source);
    found.push({ op, ns: time, left: deadline.at - op.start, kind: inverted ? 'inverted' : 'untold' });
  }
  return found.sort((a, b) => b.ns - a.ns);
}
