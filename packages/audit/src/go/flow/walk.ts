import type { Node } from '../syntax/ast.ts';
import type { FlowBlock, FlowEdge, FlowExit, FlowPoint } from './graph.ts';

export interface Walk {
  /** What a node means: `stop` ends this path, `go` follows it on. */
  readonly at: (node: Node) => 'stop' | 'go';
  /** Whether a way out ends the walk; else every path is followed. */
  readonly exits: 'end' | 'pass';
  /** Whether the edge can be taken at all. */
  readonly takes?: (edge: FlowEdge) => boolean;
}

/** Follows every path from a point on, each block once. Gives the first way out that no node stopped, where these end the walk. */
export function walkFrom(start: FlowPoint, walk: Walk): FlowExit | undefined {
  const seen = new Set<FlowBlock>();
  const stack: { readonly block: FlowBlock; readonly from: number }[] = [{ block: start.block, from: start.index + 1 }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { block, from } = step;
    if (from === 0 && seen.has(block)) continue;
    if (from === 0) seen.add(block);
    if (block.nodes.slice(from).some((node) => walk.at(node) === 'stop')) continue;
    if (block.exit !== undefined && walk.exits === 'end') return block.exit;
    for (const edge of [...block.next].reverse()) {
      if (walk.takes === undefined || walk.takes(edge)) stack.push({ block: edge.to, from: 0 });
    }
  }
  return undefined;
}
