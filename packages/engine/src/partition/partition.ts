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
