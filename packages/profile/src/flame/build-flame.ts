import { StackTree } from '../build/stack-tree.ts';
import { numberAt, toWords } from '../build/words.ts';
import { invertProfile } from '../operations/invert.ts';
import type { Frame, Profile, StackTable } from '../profile.ts';
import { groupFunctions } from './functions.ts';
import { layOut, sumUp } from './layout.ts';

/** `top-down`: from the outermost caller to what it called. `bottom-up`: from what ran to who called it. */
export type FlameOrder = 'top-down' | 'bottom-up';

/**
 * A flame graph as columns, one value per box. Box 0 is the root: everything. A box stands before its children, and these stand
 * from the widest to the narrowest. Values are numbers: exact up to 2^53, rounded beyond.
 */
export interface Flame {
  /** The functions that boxes show, each by one of its frames. */
  readonly functions: readonly Frame[];
  readonly parent: Int32Array;
  /** Index into {@link functions}; −1 for the root. */
  readonly frame: Int32Array;
  /** 0 for the root. */
  readonly depth: Int32Array;
  /** Where the box begins and how wide it is, in units of the sample type; the root is from 0 to all of it. */
  readonly start: Float64Array;
  readonly width: Float64Array;
  /** What its samples have, without and with what it called; negative where a difference says so. */
  readonly self: Float64Array;
  readonly total: Float64Array;
  /** The totals of the sample type to compare with, if one was given. */
  readonly other?: Float64Array;
}

/**
 * Makes the flame graph of one sample type. Frames are grouped by function (lines and addresses make no boxes of their own), and what
 * has no width is left out.
 *
 * A box is as wide as the absolute values in it, so that what a difference took away is seen as well; compared with another type,
 * as wide as the larger of the two, stack by stack.
 * @param type Index into the sample types.
 * @param other Another sample type to sum up in the same boxes, for colours.
 */
export function buildFlame(profile: Profile, type: number, order: FlameOrder, other?: number): Flame {
  const { stacks, samples, sampleTypes } = order === 'top-down' ? profile : invertProfile(profile);
  const { functions, of } = groupFunctions(profile);
  const { tree, nodeOf } = mergeLines(stacks, of, functions.length);
  const sumsOf = (index: number): Float64Array => {
    return sumSamples(samples.stack, nodeOf, tree.parent.length, toWords(samples.values), index, sampleTypes.length);
  };
  const self = sumsOf(type);
  const otherSelf = other === undefined ? undefined : sumsOf(other);
  const totals = withRoot(tree.parent, self);
  const { node, ...boxes } = layOut(tree, widthsOf(tree.parent, self, totals, otherSelf));
  return {
    functions,
    ...boxes,
    self: pick(node, self),
    total: pick(node, totals),
    ...(otherSelf && { other: pick(node, withRoot(tree.parent, otherSelf)) }),
  };
}

/** How wide each node is. Where nothing is negative and nothing compared, that is its total. */
function widthsOf(parent: Int32Array, self: Float64Array, totals: Float64Array, other?: Float64Array): Float64Array {
  if (!other && self.every((value) => value >= 0)) return totals;
  return withRoot(
    parent,
    self.map((value, node) => Math.max(Math.abs(value), Math.abs(other?.[node] ?? 0))),
  );
}

interface Merged {
  readonly tree: StackTable;
  /** Node of each stack; undefined: the same. */
  readonly nodeOf: Int32Array | undefined;
}

/** The tree of functions; where every frame is a function of its own, the stacks are it already. */
function mergeLines(stacks: StackTable, functionOf: Int32Array, functions: number): Merged {
  const { parent, frame } = stacks;
  if (functions === functionOf.length) return { tree: stacks, nodeOf: undefined };
  const tree = new StackTree(parent.length);
  const nodeOf = new Int32Array(parent.length);
  for (let stack = 0; stack < parent.length; stack++) {
    const above = parent[stack] ?? -1;
    nodeOf[stack] = tree.child(above < 0 ? -1 : (nodeOf[above] ?? -1), functionOf[frame[stack] ?? 0] ?? 0);
  }
  return { tree: tree.toTable(), nodeOf };
}

/** What the samples of each node have; those without a stack are in the last, one more than there are nodes. */
function sumSamples(
  stack: Int32Array,
  nodeOf: Int32Array | undefined,
  nodes: number,
  words: Int32Array,
  type: number,
  types: number,
): Float64Array {
  const stacks = nodeOf?.length ?? nodes;
  const byStack = new Float64Array(stacks + 1);
  for (let i = 0; i < stack.length; i++) {
    const at = stack[i] ?? -1;
    const into = at < 0 ? stacks : at;
    byStack[into] = (byStack[into] ?? 0) + numberAt(words, i * types + type);
  }
  if (!nodeOf) return byStack;
  const sums = new Float64Array(nodes + 1);
  sums[nodes] = byStack[stacks] ?? 0;
  for (let i = 0; i < stacks; i++) {
    const node = nodeOf[i] ?? 0;
    sums[node] = (sums[node] ?? 0) + (byStack[i] ?? 0);
  }
  return sums;
}

/** Sums over each node's subtree; the last value becomes the sum of everything. */
function withRoot(parent: Int32Array, self: Float64Array): Float64Array {
  const sums = sumUp(parent, self);
  let all = sums.at(-1) ?? 0;
  for (let node = 0; node < parent.length; node++) if (parent[node] === -1) all += sums[node] ?? 0;
  sums[sums.length - 1] = all;
  return sums;
}

/** A column of boxes from one of nodes, whose last value is the root's. */
function pick(nodes: Int32Array, values: Float64Array): Float64Array {
  const column = new Float64Array(nodes.length);
  for (let row = 0; row < nodes.length; row++) {
    const node = nodes[row] ?? -1;
    column[row] = values[node < 0 ? values.length - 1 : node] ?? 0;
  }
  return column;
}
