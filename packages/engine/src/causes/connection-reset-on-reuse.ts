import { type EvidenceItem, msToNs, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { groupBy, sumOf } from './support/located.ts';
import { isOpOf, type OpOf } from './support/ops.ts';
import { idleAfter, nextAttempt, timeOnPath } from './support/retries.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/**
 * A peer that had closed the connection already answers the first segment with a reset, one round trip later. What is
 * cut off after longer was being worked on.
 */
const LONGEST_ROUND_TRIP_NS = msToNs(250);
/** The longest pause before a first retry among the libraries in use is got's: a second and up to a tenth of jitter. */
const LONGEST_FIRST_PAUSE_NS = msToNs(1_200);
/** How Node and undici say that the peer closed the connection: by a reset, while writing, or without an answer. */
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

interface Reset {
  readonly op: OpOf<'http-client'>;
  /** The call and the pause after it. */
  readonly ns: number;
  readonly pause: number;
  /** The same call was made again. */
  readonly retried: boolean;
}

/** The peer closed a kept-alive connection as the next call was sent over it. */
export const connectionResetOnReuse: Cause = {
  id: 'connection-reset-on-reuse',
  needs: ['ledger', 'http-client', 'socket-phases'],
  diagnose(late) {
    const closed = late.request.ops.filter((op): op is Reset['op'] => isOpOf(op, 'http-client') && isClosed(op));
    if (closed.length === 0)
      return ruledOut('connection-reset-on-reuse', 'no call ended because the peer closed its connection');
    if (closed.every(({ detail }) => detail.socket === undefined)) {
      return unknown('connection-reset-on-reuse', 'which connections the failed calls were sent over');
    }
    const resets = closed.filter((op) => isReset(late, op)).map((op) => resetOf(late, op));
    const [host = '', group = []] = largestHost(resets);
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return ruledOut('connection-reset-on-reuse', whyNot(closed));
    const cost = sumOf(group);
    const explained = isMaterial(late, cost) ? cost : timeOfFailure(late, last);
    if (explained === 0) {
      return ruledOut('connection-reset-on-reuse', tookOf(late, 'calls over connections that were closed', cost));
    }
    return confirmed('connection-reset-on-reuse', {
      explained: ns(explained),
      depth: 0,
      culprit: { kind: 'host', name: host },
      summary: summaryOf(late, host, group),
      chain: [
        { kind: 'wait', ns: ns(explained), resource: host },
        {
          kind: 'outside',
          ns: ns(first.ns),
          resource: host,
          doing: `closed a kept-alive connection as ${first.op.name} was sent over it`,
        },
      ],
      evidence: group.slice(0, 3).flatMap(evidenceOf),
      fix: `Give idle connections to ${host} up before it does: a keep-alive timeout here (undici keepAliveTimeout, freeSocketTimeout of agentkeepalive) below the one of ${host} and of whatever stands between. Make a call that fails like this again at once, over a new connection, if it may be repeated.`,
    });
  },
};

function isClosed({ failure, detail }: Reset['op']): boolean {
  const { timeout, aborted, code = '' } = failure ?? { timeout: true, aborted: true };
  return !timeout && !aborted && CLOSED.has(code) && detail.status === undefined;
}

function isReset(late: Case, op: Reset['op']): boolean {
  const { reused, uses = reused ? 1 : 0 } = op.detail.socket ?? { reused: false };
  return uses > 0 && timeOnPath(late, op) <= LONGEST_ROUND_TRIP_NS;
}

function resetOf(late: Case, op: Reset['op']): Reset {
  const next = nextAttempt(late, op);
  const pause = Math.min(LONGEST_FIRST_PAUSE_NS, idleAfter(late, op, next));
  return { op, ns: timeOnPath(late, op) + pause, pause, retried: next !== undefined };
}

function largestHost(resets: readonly Reset[]): [host: string, group: readonly Reset[]] | [] {
  const groups = [...groupBy(resets, ({ op }) => op.detail.host)];
  return groups.sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || (a[0] < b[0] ? -1 : 1))[0] ?? [];
}

/**
 * A request answered with 5xx before its deadline was not late: what failed is the question, and all from the failed
 * call on is its consequence. Unless something else was tried after it.
 */
function timeOfFailure({ request, ledger }: Case, { op }: Reset): number {
  const { status = 0, end, deadline } = request;
  const isInTime = end !== undefined && (deadline === undefined || end <= deadline.at);
  const failed = op.end;
  if (!isInTime || status < 500 || failed === undefined) return 0;
  return request.ops.some(({ start }) => start >= failed) ? 0 : ledger.end - op.start;
}

function whyNot(closed: readonly Reset['op'][]): string {
  return `${count(closed.length, 'call')} ended because the peer closed the connection, but on a new one, or while it worked on the answer`;
}

function summaryOf(late: Case, host: string, group: readonly Reset[]): string {
  const [first] = group;
  const times = group.length === 1 ? 'a kept-alive connection' : `kept-alive connections ${group.length} times`;
  const pause = group.reduce((sum, reset) => sum + reset.pause, 0);
  const then =
    pause === 0
      ? ''
      : `; ${formatMs(pause)} passed until ${group.some(({ retried }) => retried) ? 'the call was made again' : 'now without another call'}`;
  return `${host} closed ${times} just as ${late.request.route} sent ${first?.op.name ?? 'a call'} over ${group.length === 1 ? 'it' : 'them'}${socketText(first)}${then}.`;
}

/** ` (12 s old, 37 calls before)` */
function socketText(reset: Reset | undefined): string {
  const { age, uses } = reset?.op.detail.socket ?? {};
  const parts = [
    ...(age === undefined ? [] : [`${formatMs(age)} old`]),
    ...(uses === undefined ? [] : [`${count(uses, 'call')} before`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function evidenceOf({ op, pause, retried }: Reset): EvidenceItem[] {
  const { idle } = op.detail.socket ?? {};
  const after = op.end === undefined ? '' : ` after ${formatMs(op.end - op.start)}`;
  return [
    { kind: 'reset', text: `${op.name}: ${op.failure?.code ?? 'closed'}${after}, before any answer` },
    {
      kind: 'socket',
      text: `its connection was reused${socketText({ op, pause, retried, ns: 0 })}${idle === undefined ? '' : `, ${formatMs(idle)} after its last answer`}`,
    },
    ...(retried || pause === 0
      ? []
      : [
          {
            kind: 'pause-assumed',
            text: `nothing watched ran in the ${formatMs(pause)} after it: taken for the pause before another attempt`,
          },
        ]),
  ];
}
