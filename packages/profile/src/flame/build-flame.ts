import { PairTable } from '../build/pair-table.ts';
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
  const { parent, sameAs } = mergeLines(stacks, of);
  const words = toWords(samples.values);
  const sumsOf = (index: number): Float64Array => {
    const sums = sumSamples(samples.stack, parent.length, words, index, sampleTypes.length);
    foldLines(sums, sameAs);
    return sums;
  };
  const self = sumsOf(type);
  const totals = withRoot(parent, self);
  const otherSelf = other === undefined ? undefined : sumsOf(other);
  const widths = widthsOf(parent, self, totals, otherSelf);
  const { rowOf, ...boxes } = layOut(parent, widths);
  const rows = boxes.parent.length;
  const toRows = (values: Float64Array): Float64Array => moveToRows(values, rowOf, new Float64Array(rows));
  return {
    functions,
    ...boxes,
    frame: functionOfRows(stacks.frame, of, rowOf, rows),
    self: toRows(self),
    total: widths === totals ? boxes.width : toRows(totals),
    ...(otherSelf && { other: toRows(withRoot(parent, otherSelf)) }),
  };
}

/** How wide each node is. Where nothing is negative and nothing compared, that is its total. */
function widthsOf(parent: Int32Array, self: Float64Array, totals: Float64Array, other?: Float64Array): Float64Array {
  if (!other && !hasNegative(self)) return totals;
  return withRoot(
    parent,
    self.map((value, node) => Math.max(Math.abs(value), Math.abs(other?.[node] ?? 0))),
  );
}

/** Not `some`, whose callback is handed each number as an object. */
function hasNegative(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < 0) return true;
  return false;
}

interface Merged {
  /** Parent of each stack among those that stand for all that differ in lines only. */
  readonly parent: Int32Array;
  /** The stack that stands for it; undefined: each for itself. */
  readonly sameAs: Int32Array | undefined;
}

/** Finds the stacks that are one once lines make no difference. The first of them stands for all. */
function mergeLines({ parent, frame }: StackTable, functionOf: Int32Array): Merged {
  const sameAs = new Int32Array(parent.length);
  /** Those that do not lie right behind their parent, by parent and function. */
  const elsewhere = new PairTable();
  let merged = 0;
  for (let stack = 0; stack < parent.length; stack++) {
    const above = parent[stack] ?? -1;
    const caller = above < 0 ? -1 : (sameAs[above] ?? -1);
    const fn = functionOf[frame[stack] ?? 0] ?? 0;
    const behind = caller + 1;
    let same = stack;
    if (behind !== stack) {
      same = parent[behind] === caller && functionOf[frame[behind] ?? 0] === fn ? behind : elsewhere.find(caller, fn);
      if (same < 0) {
        same = stack;
        elsewhere.add(caller, fn, stack);
      }
    }
    if (same !== stack) merged++;
    sameAs[stack] = same;
  }
  return merged === 0 ? { parent, sameAs: undefined } : { parent: parentsOf(parent, sameAs), sameAs };
}

function parentsOf(parent: Int32Array, sameAs: Int32Array): Int32Array {
  return parent.map((above) => (above < 0 ? -1 : (sameAs[above] ?? -1)));
}

/** What the samples of each stack have; those without a stack are in the last, one more than there are stacks. */
function sumSamples(stack: Int32Array, stacks: number, words: Int32Array, type: number, types: number): Float64Array {
  const sums = new Float64Array(stacks + 1);
  for (let i = 0; i < stack.length; i++) {
    const at = stack[i] ?? -1;
    const into = at < 0 ? stacks : at;
    sums[into] = (sums[into] ?? 0) + numberAt(words, i * types + type);
  }
  return sums;
}

/** Moves what stacks have to those that stand for them. */
function foldLines(sums: Float64Array, sameAs: Int32Array | undefined): void {
  if (!sameAs) return;
  for (let stack = 0; stack < sameAs.length; stack++) {
    const same = sameAs[stack] ?? stack;
    if (same === stack) continue;
    sums[same] = (sums[same] ?? 0) + (sums[stack] ?? 0);
    sums[stack] = 0;
  }
}

/** Sums over each node's subtree; the last value becomes the sum of everything. */
function withRoot(parent: Int32Array, self: Float64Array): Float64Array {
  const sums = sumUp(parent, self);
  let all = sums.at(-1) ?? 0;
  for (let node = 0; node < parent.length; node++) if (parent[node] === -1) all += sums[node] ?? 0;
  sums[sums.length - 1] = all;
  return sums;
}

/** A column of boxes from one of stacks; both have the root, first and last. */
function moveToRows(values: Float64Array, rowOf: Int32Array, column: Float64Array): Float64Array {
  for (let stack = 0; stack < values.length; stack++) {
    const value = values[stack] ?? 0;
    if (value !== 0) column[rowOf[stack] ?? 0] = value;
  }
  return column;
}

function functionOfRows(frame: Int32Array, functionOf: Int32Array, rowOf: Int32Array, rows: number): Int32Array {
  const column = new Int32Array(rows);
  for (let stack = 0; stack < frame.length; stack++) {
    const row = rowOf[stack] ?? 0;
    if (row > 0) column[row] = functionOf[frame[stack] ?? 0] ?? 0;
  }
  column[0] = -1;
  return column;
}
