import { sumUp } from '@holdup/profile';
import type { Payload } from '../shared/payload.ts';

/** The profile's stacks with the way down: node `i`'s children are `children[from[i]] … children[from[i + 1] - 1]`. */
export interface CallTree {
  readonly parent: ArrayLike<number>;
  readonly fn: ArrayLike<number>;
  /** One longer than there are nodes, and one more for the outermost, which are the children of node `length`. */
  readonly from: Int32Array;
  readonly children: Int32Array;
  /** Callers above each node. */
  readonly depth: Int32Array;
  readonly length: number;
  /** How many functions there are: the highest, plus one. */
  readonly functions: number;
}

export function buildCallTree({ parent, fn }: Pick<Payload, 'parent' | 'fn'>): CallTree {
  const { length } = fn;
  const from = new Int32Array(length + 2);
  const parentOf = (node: number): number => {
    const above = parent[node] ?? -1;
    return above < 0 ? length : above;
  };
  for (let node = 0; node < length; node += 1) bump(from, parentOf(node) + 1);
  for (let node = 0; node <= length; node += 1) from[node + 1] = (from[node + 1] ?? 0) + (from[node] ?? 0);
  const next = from.slice();
  const children = new Int32Array(length);
  const depth = new Int32Array(length);
  let functions = 0;
  for (let node = 0; node < length; node += 1) {
    const above = parentOf(node);
    children[next[above] ?? 0] = node;
    bump(next, above);
    depth[node] = above === length ? 0 : (depth[above] ?? 0) + 1;
    functions = Math.max(functions, (fn[node] ?? 0) + 1);
  }
  return { parent, fn, from, children, depth, length, functions };
}

function bump(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

/** Values per node of the call tree. */
export interface Weights {
  /** Of samples taken just there. */
  readonly self: Float64Array;
  /** Of samples taken there or in what it calls. */
  readonly total: Float64Array;
  /** Of all samples, those with an empty stack too. */
  readonly sum: number;
}

/**
 * Adds up one column of samples along the tree.
 * @param keep Per label set whether its samples count; undefined: all do.
 */
export function weigh(
  tree: CallTree,
  samples: Pick<Payload, 'sampleNode' | 'sampleLabels'>,
  values: ArrayLike<number>,
  keep: Uint8Array | undefined,
): Weights {
  const { sampleNode, sampleLabels } = samples;
  const self = new Float64Array(tree.length);
  let sum = 0;
  for (let row = 0; row < sampleNode.length; row += 1) {
    if (keep && keep[sampleLabels[row] ?? 0] !== 1) continue;
    const value = values[row] ?? 0;
    const node = sampleNode[row] ?? -1;
    sum += value;
    if (node >= 0) self[node] = (self[node] ?? 0) + value;
  }
  return { self, total: sumUp(tree.parent, self), sum };
}

/** Sums per function. `total` counts a function once per stack, however often it recurs in it. */
export interface FunctionSums {
  readonly self: Float64Array;
  readonly total: Float64Array;
}

export function sumFunctions(tree: CallTree, weights: Weights, functions: number): FunctionSums {
  const self = new Float64Array(functions);
  const total = new Float64Array(functions);
  walkOutermost(tree, functions, (node, fn, isOutermost) => {
    self[fn] = (self[fn] ?? 0) + (weights.self[node] ?? 0);
    if (isOutermost) total[fn] = (total[fn] ?? 0) + (weights.total[node] ?? 0);
  });
  return { self, total };
}

/** The nodes of a function that it does not itself stand above of. */
export function outermostNodes(tree: CallTree, functions: number, wanted: number): number[] {
  const nodes: number[] = [];
  walkOutermost(tree, functions, (node, fn, isOutermost) => {
    if (fn === wanted && isOutermost) nodes.push(node);
  });
  return nodes;
}

/** Depth first, counting which functions are on the way; without recursion: stacks may be deeper than the page's own. */
function walkOutermost(
  tree: CallTree,
  functions: number,
  visit: (node: number, fn: number, isOutermost: boolean) => void,
): void {
  const open = new Int32Array(functions);
  const todo: number[] = [];
  const pushChildren = (node: number): void => {
    for (let at = tree.from[node] ?? 0; at < (tree.from[node + 1] ?? 0); at += 1) todo.push(tree.children[at] ?? 0);
  };
  pushChildren(tree.length);
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node < 0) {
      const left = tree.fn[-1 - node] ?? 0;
      open[left] = (open[left] ?? 0) - 1;
      continue;
    }
    const fn = tree.fn[node] ?? 0;
    visit(node, fn, open[fn] === 0);
    bump(open, fn);
    // Comes up again once its children are done.
    todo.push(-1 - node);
    pushChildren(node);
  }
}
