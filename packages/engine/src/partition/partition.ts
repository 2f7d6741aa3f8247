import { Ledger, type Ns, ns, type Recording, type Request, type RequestId } from '@holdup/model';
import { type AttemptGap, attemptGaps } from './attempts.ts';
import { type Slice, toEntries } from './booking.ts';
import { indexRecording, type RecordingIndex } from './context.ts';
import { firstEndingAfter } from './cut.ts';
import { fillGap } from './fill-gap.ts';
import { sliceOp, usesPool, type WaitSlice } from './op-slices.ts';
import { type OpNode, opRule, plantOps } from './op-tree.ts';
import { appendWait } from './split-wait.ts';
import { type PathSegment, walkPath } from './walk.ts';

export interface Window {
  readonly from: Ns;
  readonly to: Ns;
}

/**
 * Divides a request's wall time among accounts: every nanosecond of `[start, end]` (in flight: of `[start, now]`) on
 * exactly one. With a window, of its part inside the request's life, as if looked at from the window's end.
 *
 * **1. Critical path.** Backwards from the end, see `walkPath`: of the ops that ended by the cursor (touching counts, up
 * to 50 µs later counts) the one that ended last has the time since its start; tie: the earlier start.
 *
 *     request |-----------------------------|
 *     a           |------|                       passed over: b started before it ended
 *     b                |----------|
 *     c                             |------|
 *     d              |----------------------...  fire and forget
 *     ledger  |..gap..|bbbbbbbbbbb|.|cccccc|.|
 *
 * In flight, an open op counts as ending at the end. In a finished request an op that is still open at its end or ends
 * later is fire and forget and never on the path.
 *
 * **2. Inside an op** its child ops divide its time the same way, what they leave goes to its phases, what these leave
 * to its own account. A child that outlived its op counts when the op gave up (timeout, abort): it was waited for.
 * A lookup's time before it got one of libuv's slots is `dns.queue`, a pool job's before it got a thread `threadpool.queue`.
 *
 * **3. A wait is split by the event loop**, because an answer is delivered only when the loop is free. Each phase ends
 * with one event, so the busy run that reaches up to it (idle gaps up to 50 µs do not count) is the loop's, from 0.2 ms
 * on; busy time before an idle moment is not, an idle loop would have delivered.
 *
 *     wait   |------------------|        wait   |------------------|
 *     loop       ####                    loop           ############
 *     ledger |peer..............|        ledger |peer..|loop.......|
 *
 * Handshakes of several round trips (`db.connect`, `tls`) have an event per trip: busy runs of 1 ms on count anywhere.
 * A wait still open at the end may have no answer yet: only a run of 10 ms on counts. A pool's queue ends with a
 * release: only what the loop did after it. Busy time is `gc` in a pause, `cpu` when it is the request's own,
 * `loop.blocked` inside a block of another or unknown owner, else `loop.busy`.
 *
 * **4. Gaps.** Busy time is booked the same way, but a stretch of unknown owner that touches the gap's edge is `cpu`: there
 * the request was certainly running. Idle time goes to the op running then that the walk passed over or that was fire
 * and forget, the one that covers most of the gap, as the best explanation, and rule 3 holds for it. Else it is
 * `unattributed`, or `timer` between a failed call and its next attempt; all of the gap is `unattributed` when the loop
 * was not watched. A timer that ran out while such an op was running
 * was its timeout: the time is the op's.
 *
 * O(n log n) in ops, their phases and busy stretches.
 *
 * @param index Share it between requests of one recording.
 * @throws LedgerError never, unless the rules above are broken.
 */
export function partition(
  request: Request,
  recording: Recording,
  window?: Window,
  index: RecordingIndex = indexRecording(recording),
): Ledger {
  const stop = request.end ?? Math.max(recording.now, request.start);
  const start = clamp(window?.from ?? request.start, request.start, stop);
  const end = clamp(window?.to ?? stop, start, stop);
  // A caller that goes away ends a request in the middle of what it was waiting for, and so does a timer of the server.
  const wasCut = request.cancelledAt !== undefined || request.serverTimeout !== undefined;
  const inFlight = request.end === undefined || end < request.end || wasCut;
  const view: View = {
    index,
    self: request.id,
    offPath: new OffPath(end, index),
    pauses: index.loop === undefined ? [] : attemptGaps(request),
  };
  const slices: Slice[] = [];
  for (const segment of walkPath(plantOps(request.ops), start, end, opRule(inFlight))) {
    const open = inFlight && segment.end === end;
    if (segment.node === undefined) appendGap(slices, segment, open, view);
    else appendStretch(slices, segment.node, segment, open, view);
  }
  return new Ledger(request.id, ns(start), ns(end), toEntries(slices));
}

/** What one partition looks at. */
interface View {
  readonly index: RecordingIndex;
  readonly self: RequestId;
  readonly offPath: OffPath;
  /** Between the attempts of calls that were made again. */
  readonly pauses: readonly AttemptGap[];
}

/** A stretch of the critical path inside one op. */
function appendStretch(
  out: Slice[],
  node: OpNode,
  { start, end, alongside }: PathSegment<OpNode>,
  open: boolean,
  { index, self, offPath }: View,
): void {
  const { op } = node;
  const guards = op.detail.kind === 'timer' ? alongside : undefined;
  if (guards === undefined && op.phases.length === 0 && !usesPool(op)) {
    appendWait(out, { account: op.account, op, start, end }, open, index, self);
    return;
  }
  const own = guards === undefined ? end : Math.max(start, guards.start);
  const waits = sliceOp(op, start, own, index.threadPool);
  if (guards !== undefined) waits.push(...offPath.slices(guards, own, end));
  for (const wait of waits) appendWait(out, wait, open && wait.end === end, index, self);
}

function appendGap(
  out: Slice[],
  { start, end, alongside }: PathSegment<OpNode>,
  open: boolean,
  { index, self, offPath, pauses }: View,
): void {
  if (index.loop === undefined || (alongside === undefined && index.loop.isIdle(start, end))) {
    out.push(...unexplained(start, end, pauses));
    return;
  }
  const waitsFrom = alongside === undefined ? end : Math.max(start, alongside.start);
  const idle = unexplained(start, waitsFrom, pauses);
  if (alongside !== undefined) idle.push(...offPath.slices(alongside, waitsFrom, end));
  fillGap(out, { start, end, endsRunning: !open, idle, waitsFrom }, index.loop, self);
}

/** Nobody saw a timer, but what stands between a failed call and its next attempt is a pause. */
const TAKEN_FOR_A_PAUSE = 'before another attempt';

/** Idle time that no op explains. */
function unexplained(start: number, end: number, pauses: readonly AttemptGap[]): Slice[] {
  const slices: Slice[] = [];
  let cursor = start;
  for (const pause of pauses) {
    const from = Math.max(cursor, pause.start);
    const to = Math.min(end, pause.end);
    if (to <= from) continue;
    if (from > cursor) slices.push({ account: 'unattributed', start: cursor, end: from });
    slices.push({ account: 'timer', start: from, end: to, note: TAKEN_FOR_A_PAUSE });
    cursor = to;
  }
  if (end > cursor || slices.length === 0) slices.push({ account: 'unattributed', start: cursor, end });
  return slices;
}

/** What ops the walk passed over were doing, each divided once however many gaps it explains. */
class OffPath {
  readonly #windowEnd: number;
  readonly #index: RecordingIndex;
  readonly #divided = new Map<OpNode, readonly WaitSlice[]>();

  constructor(windowEnd: number, index: RecordingIndex) {
    this.#windowEnd = windowEnd;
    this.#index = index;
  }

  /** Touching slices that cover `[start, end)`, which lies inside the op. */
  slices(node: OpNode, start: number, end: number): WaitSlice[] {
    const whole = this.#divide(node);
    const slices: WaitSlice[] = [];
    for (let i = firstEndingAfter(whole, start); i < whole.length; i++) {
      const slice = whole[i];
      if (slice === undefined || slice.start >= end) break;
      slices.push({ ...slice, start: Math.max(start, slice.start), end: Math.min(end, slice.end) });
    }
    return slices;
  }

  #divide(node: OpNode): readonly WaitSlice[] {
    const known = this.#divided.get(node);
    if (known !== undefined) return known;
    const end = Math.min(node.end ?? this.#windowEnd, this.#windowEnd);
    const path = walkPath([node], node.start, end, opRule(true));
    const slices = path.flatMap((part) =>
      part.node === undefined ? [] : sliceOp(part.node.op, part.start, part.end, this.#index.threadPool),
    );
    this.#divided.set(node, slices);
    return slices;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
