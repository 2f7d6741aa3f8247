import { msToNs, type Op, type Request } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';
import { isMaterial } from './significance.ts';
import { overlapOf, type Window } from './windows.ts';

/**
 * Whoever awaits a promise goes on within a few turns of the loop after what it waits for has ended. Many may await the same
 * one and answer one after another: 25 ms is generous for that, and far below any wait worth a word.
 */
const WENT_ON_NS = msToNs(25);
/** Somebody else's work that ends just then by chance seldom lasted as long as the wait, too. */
const COVERS_SHARE = 0.8;

/** As the sentence begins, and as a summary knows it. */
export const WHETHER = 'whether';

/**
 * Time of no op of its own, in which another request's call or statement ran all along, and ended as this one went on: the
 * two may share a promise (a cache that fetches once for all who ask). Nobody sees who awaits a promise, so it is said and
 * never a verdict. While the request still waits, only work of its own route that still runs is thought of.
 */
export function awaitedElsewhere(late: Case): string | undefined {
  const gap = longestGap(late);
  if (gap === undefined || !isMaterial(late, gap.idle)) return undefined;
  let found: { request: Request; op: Op; covered: number } | undefined;
  for (const request of late.recording.requests.values()) {
    if (request.id === late.request.id) continue;
    for (const op of request.ops) {
      const covered = coveredBy(late, request, op, gap);
      if (covered > (found?.covered ?? 0)) found = { request, op, covered };
    }
  }
  if (found === undefined) return undefined;
  const { request, op } = found;
  const ended = op.end === undefined ? 'which has no answer so far' : 'which ended as this request went on';
  return `${WHETHER} it awaited a promise of another ${request.route} for ${formatMs(gap.idle)}: that request ran ${op.name} all the while, ${ended}`;
}

interface Gap extends Window {
  /** The part in which nothing at all is known of the request; in the rest the loop was busy with others. */
  readonly idle: number;
  /** From here on the loop was busy: with the answer, as it were, and with all who went on. */
  readonly idleUntil: number;
}

/** The stretch between two ops of the request, or after the last of them, with most of what is `unattributed`. */
function longestGap({ ledger }: Case): Gap | undefined {
  let longest: Gap | undefined;
  let current: Gap | undefined;
  for (const { account, op, start, end } of ledger.entries) {
    if (op !== undefined) {
      current = undefined;
      continue;
    }
    const idle = account === 'unattributed' ? end - start : 0;
    current = {
      start: current?.start ?? start,
      end,
      idle: (current?.idle ?? 0) + idle,
      idleUntil: idle > 0 ? end : (current?.idleUntil ?? start),
    };
    if (current.idle > (longest?.idle ?? 0)) longest = current;
    else if (current.start === longest?.start) longest = current;
  }
  return longest;
}

/** Nanoseconds of the gap; 0 where it cannot be what was awaited. */
function coveredBy({ request: late, recording }: Case, of: Request, op: Op, gap: Gap): number {
  const { kind } = op.detail;
  if (kind !== 'http-client' && kind !== 'db-query') return 0;
  if (op.end === undefined) {
    const isWaiting = late.end === undefined && recording.now - gap.end <= WENT_ON_NS;
    if (!isWaiting || of.route !== late.route) return 0;
  } else if (op.end < gap.idleUntil - WENT_ON_NS || op.end > gap.end + WENT_ON_NS) return 0;
  const covered = overlapOf([gap], [{ start: op.start, end: op.end ?? recording.now }]);
  return covered >= COVERS_SHARE * (gap.end - gap.start) ? covered : 0;
}
