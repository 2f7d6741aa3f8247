import { Ledger, type Ns, ns, type Op, type OpId, type Recording, type Request } from '@holdup/model';
import { type Slice, toEntries } from './booking.ts';
import { indexRecording, type RecordingIndex } from './context.ts';
import { fillGap } from './fill-gap.ts';
import { sliceOp, type WaitSlice } from './op-slices.ts';
import { splitWait } from './split-wait.ts';
import { type PathNode, type PathSegment, type WalkRule, walkPath } from './walk.ts';

/** Probes see the end of one op and the start of the next in either order, some callbacks apart. */
const PROBE_ORDER_NS = 50_000;

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
 * A lookup's time before it got one of libuv's slots is `dns.queue`.
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
 * `unattributed`; all of the gap is when the loop was not watched. A timer that ran out while such an op was running
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
  const inFlight = request.end === undefined || end < request.end;
  const slices: Slice[] = [];
  for (const segment of walkPath(plantOps(request.ops), start, end, opRule(inFlight))) {
    const open = inFlight && segment.end === end;
    slices.push(...sliceSegment(segment, open, index, request));
  }
  return new Ledger(request.id, ns(start), ns(end), toEntries(slices));
}

interface OpNode extends PathNode<OpNode> {
  readonly op: Op;
  readonly children: OpNode[];
}

function opRule(inFlight: boolean): WalkRule<OpNode> {
  return {
    tolerance: () => PROBE_ORDER_NS,
    countsRunning: (parent, to) => {
      if (parent === undefined) return inFlight;
      const { end, failure } = parent.op;
      // An op that gave up on its own part was waiting for just that part.
      return end === undefined || end > to + PROBE_ORDER_NS || failure?.timeout === true || failure?.aborted === true;
    },
  };
}

/** Ops as trees; one whose parent is not in the record stands at the top. */
function plantOps(ops: readonly Op[]): OpNode[] {
  const nodes = new Map<OpId, OpNode>();
  for (const op of ops) {
    nodes.set(op.id, { op, start: op.start, ...(op.end !== undefined && { end: op.end }), children: [] });
  }
  const top: OpNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.op.parent === undefined ? undefined : nodes.get(node.op.parent);
    (parent?.children ?? top).push(node);
  }
  return top;
}

function sliceSegment(segment: PathSegment<OpNode>, open: boolean, index: RecordingIndex, request: Request): Slice[] {
  const { start, end, node, alongside } = segment;
  if (node === undefined) return sliceGap(segment, open, index, request);
  const isGuard = node.op.detail.kind === 'timer' && alongside !== undefined;
  const waits: WaitSlice[] = isGuard
    ? [
        ...sliceOp(node.op, start, Math.max(start, alongside.start), index.lookupSlots),
        ...sliceNode(alongside, Math.max(start, alongside.start), end, index),
      ]
    : sliceOp(node.op, start, end, index.lookupSlots);
  return waits.flatMap((wait) => splitWait(wait, open && wait.end === end, index, request.id));
}

function sliceGap(gap: PathSegment<OpNode>, open: boolean, index: RecordingIndex, request: Request): Slice[] {
  const { start, end, alongside } = gap;
  if (index.loop === undefined) return [{ account: 'unattributed', start, end }];
  const from = alongside === undefined ? end : Math.max(start, alongside.start);
  const idle: Slice[] = [{ account: 'unattributed', start, end: from }];
  if (alongside !== undefined) idle.push(...sliceNode(alongside, from, end, index));
  return fillGap({ start, end, endsRunning: !open, idle, waitsFrom: from }, index.loop, request.id);
}

/** What an op the walk passed over was doing in `[start, end)`. */
function sliceNode(node: OpNode, start: number, end: number, index: RecordingIndex): WaitSlice[] {
  const path = walkPath<OpNode>([node], start, end, opRule(true));
  return path.flatMap((part) =>
    part.node === undefined ? [] : sliceOp(part.node.op, part.start, part.end, index.lookupSlots),
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
