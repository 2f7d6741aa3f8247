import type { Op, OpId } from '@holdup/model';
import type { PathNode, WalkRule } from './walk.ts';

/** Probes see the end of one op and the start of the next in either order, some callbacks apart. */
const PROBE_ORDER_NS = 50_000;

export interface OpNode extends PathNode<OpNode> {
  readonly op: Op;
  readonly children: OpNode[];
}

/** Ops as trees; one whose parent is not in the record stands at the top. */
export function plantOps(ops: readonly Op[]): OpNode[] {
  const nodes = new Map<OpId, OpNode>();
  for (const op of ops) {
    nodes.set(op.id, { op, start: op.start, end: op.end, children: [] });
  }
  const top: OpNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.op.parent === undefined ? undefined : nodes.get(node.op.parent);
    (parent?.children ?? top).push(node);
  }
  return top;
}

/** @param inFlight Whether ops that run on past the end of the window are still waited for. */
export function opRule(inFlight: boolean): WalkRule<OpNode> {
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
