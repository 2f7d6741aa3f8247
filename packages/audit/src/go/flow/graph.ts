import type { Expr, Func, Node, Return } from '../syntax/ast.ts';

/** Nodes that run one after the other, in order: simple statements, and the conditions and cases of compound ones. */
export interface FlowBlock {
  readonly nodes: Node[];
  readonly next: FlowEdge[];
  /** Set where the function ends here: a `return`, or the body's end. */
  exit: FlowExit | undefined;
}

export interface FlowEdge {
  readonly to: FlowBlock;
  /** Taken where the condition is `when`. */
  readonly condition?: Expr;
  readonly when?: boolean;
}

export interface FlowExit {
  readonly statement: Return | undefined;
  /** Of the `return`, or of the closing brace. */
  readonly pos: number;
  readonly end: number;
}

export interface FlowGraph {
  readonly func: Func;
  readonly entry: FlowBlock;
  readonly blocks: readonly FlowBlock[];
}

/** A place between two nodes. */
export interface FlowPoint {
  readonly block: FlowBlock;
  /** Index of the node just passed. */
  readonly index: number;
}

/** Where a node (or what it stands in) is in the graph; undefined for what cannot be reached from the function's text. */
export function findPoint(graph: FlowGraph, node: Node): FlowPoint | undefined {
  for (const block of graph.blocks) {
    const index = block.nodes.findIndex((each) => each.pos <= node.pos && node.end <= each.end);
    if (index >= 0) return { block, index };
  }
  return undefined;
}

export function contains(outer: Node, inner: Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

/** What no path leads to ends nothing. */
export function dropUnreachableExits(entry: FlowBlock, blocks: readonly FlowBlock[]): void {
  const reached = new Set([entry]);
  for (const block of reached) for (const { to } of block.next) reached.add(to);
  for (const block of blocks) if (!reached.has(block)) block.exit = undefined;
}
