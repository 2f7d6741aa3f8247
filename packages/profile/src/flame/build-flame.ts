import { PairTable } from '../build/pair-table.ts';
import { numberAt, toWords } from '../build/words.ts';
import { invertProfile } from '../operations/invert.ts';
import type { Frame, Profile, StackTable } from '../profile.ts';
import { groupFunctions } from './functions.ts';
import { placeNodes, sumUp } from './layout.ts';

/** `top-down`: from the outermost caller to what it called. `bottom-up`: from what ran to who called it. */
export type FlameOrder = 'top-down' | 'bottom-up';

/**
 * A flame graph as columns, one value per box: a box for each stack, in their order, so that a box stands before its children. One
 * without width is not drawn: nothing was seen there, or it stands for lines of a function that another box shows. Values are
 * numbers: exact up to 2^53, rounded beyond.
 */
export interface Flame {
  /** The functions that boxes show, each by one of its frames. */
  readonly functions: readonly Frame[];
  /** Function of each of the profile's frames. */
  readonly functionOf: Int32Array;
  /** −1: it stands on the root. */
  readonly parent: Int32Array;
  /** Index into the profile's frames. */
  readonly frame: Int32Array;
  /** Where the box begins and how wide it is, in units of the sample type; the root begins at 0. */
  readonly start: Float64Array;
  readonly width: Float64Array;
  /** What its samples have, without and with what it called; negative where a difference says so. */
  readonly self: Float64Array;
  readonly total: Float64Array;
  /** Everything; its own are samples without a stack. */
  readonly root: { readonly width: number; readonly self: number; readonly total: number };
}

/**
 * Makes the flame graph of one sample type. Frames are grouped by function: lines and addresses make no boxes of their own. A box is
 * as wide as the absolute values in it, so that what a difference took away is seen as well.
 * @param type Index into the sample types.
 */
export function buildFlame(profile: Profile, type: number, order: FlameOrder): Flame {
  const { stacks, samples, sampleTypes } = order === 'top-down' ? profile : invertProfile(profile);
  const { functions, of } = groupFunctions(profile);
  const { parent, sameAs } = mergeLines(stacks, of);
  const self = sumSamples(samples.stack, parent.length, toWords(samples.values), type, sampleTypes.length);
  foldLines(self, sameAs);
  const total = withRoot(parent, self);
  const width = hasNegative(self) ? withRoot(parent, self.map(Math.abs)) : total;
  return {
    functions,
    functionOf: of,
    parent,
    frame: stacks.frame,
    start: placeNodes(parent, width),
    width: withoutRoot(width),
    self: withoutRoot(self),
    total: withoutRoot(total),
    root: { width: width.at(-1) ?? 0, self: self.at(-1) ?? 0, total: total.at(-1) ?? 0 },
  };
}

function withoutRoot(column: Float64Array): Float64Array {
  return column.subarray(0, -1);
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
