import type { CallTree } from './call-tree.ts';
import type { Level } from './level.ts';
import { LevelBuilder, type LevelSource } from './levels.ts';

/** A box: a function with everything that leads to it (from the root on, or from the leaf). */
export interface ViewNode {
  /** −1: everything. */
  readonly fn: number;
  readonly parent: ViewNode | undefined;
  readonly depth: number;
  /** Place in its level, from the left. */
  readonly index: number;
  /** Where it begins and how wide it is, as parts of the root. */
  readonly start: number;
  readonly size: number;
  /** What it stands for: here, and in the profile compared with (0 without one). */
  readonly now: number;
  readonly before: number;
  /** Nodes of the call tree where it stands. */
  readonly at: Int32Array;
}

/** What to begin with: everything, or the nodes of one function. */
export interface ViewStart {
  readonly fn: number;
  readonly at: readonly number[];
}

/**
 * A call tree to look at, level by level, each made when somebody looks at it: bottom up, all of it could be as large as all stacks
 * written out. Siblings stand largest first. Boxes are objects only where one is asked for; there is one object for each.
 */
export class ViewTree {
  readonly root: ViewNode;
  /** Rows below the root there can be. */
  readonly height: number;
  readonly #levels: Level[];
  readonly #nodes: Map<number, ViewNode>[] = [];
  readonly #builder: LevelBuilder;
  readonly #isWhole: boolean;

  constructor(source: LevelSource, direction: 'down' | 'up', start?: ViewStart) {
    const { tree, now, before, widthBy } = source;
    // Bottom up from leaves, a box weighs what was seen there; up from a function, all it calls too.
    const weigh = direction === 'down' || start ? 'total' : 'self';
    const at = Int32Array.from(start ? start.at : direction === 'down' ? [tree.length] : leavesOf(source));
    this.#isWhole = start === undefined;
    const sums = {
      now: start ? sumAt(now.total, at) : now.sum,
      before: before ? (start ? sumAt(before.total, at) : before.sum) : 0,
    };
    this.#builder = new LevelBuilder(source, direction, weigh, sums[widthBy]);
    this.#levels = [rootLevel(start?.fn ?? -1, sums, at)];
    this.root = this.node(0, 0);
    this.height = direction === 'down' ? heightBelow(source, at) : heightAbove(tree, at, this.#isWhole);
  }

  /** The deepest level made so far. Making one takes a while in a large profile. */
  get known(): number {
    return this.#levels.length - 1;
  }

  /** The boxes of one depth; made when they are not there yet, with those above. */
  level(depth: number): Level {
    for (let known = this.#levels.length; known <= depth; known += 1) {
      const above = this.#levels[known - 1];
      if (above) this.#levels.push(this.#builder.build(above, this.#isWhole && known === 1));
    }
    return this.#levels[depth] ?? EMPTY;
  }

  /** @throws RangeError when the level has no such box. */
  node(depth: number, index: number): ViewNode {
    if (index < 0 || index >= this.level(depth).length) throw new RangeError(`no box ${index} at depth ${depth}`);
    // Without recursion: stacks may be deeper than the page's own.
    const missing: number[] = [];
    let known: ViewNode | undefined;
    for (let at = index, above = depth; above >= 0; above -= 1) {
      known = this.#nodes[above]?.get(at);
      if (known) break;
      missing.push(at);
      at = this.level(above).parent[at] ?? 0;
    }
    let node = known;
    for (let at = missing.pop(); at !== undefined; at = missing.pop()) node = this.#makeNode(node, at);
    return node ?? this.root;
  }

  #makeNode(parent: ViewNode | undefined, index: number): ViewNode {
    const depth = parent ? parent.depth + 1 : 0;
    const level = this.level(depth);
    const start = level.start[index] ?? 0;
    const made: ViewNode = {
      fn: level.fn[index] ?? -1,
      parent,
      depth,
      index,
      start,
      size: (level.end[index] ?? 0) - start,
      now: level.now[index] ?? 0,
      before: level.before[index] ?? 0,
      at: level.at.subarray(level.from[index] ?? 0, level.from[index + 1] ?? 0),
    };
    this.#nodes[depth] ??= new Map();
    this.#nodes[depth].set(index, made);
    return made;
  }

  /** How many boxes stand on one. */
  countChildren({ depth, index }: ViewNode): number {
    const { first } = this.level(depth + 1);
    return (first[index + 1] ?? 0) - (first[index] ?? 0);
  }

  /** The largest first; undefined: there are not so many. */
  child(node: ViewNode, rank: number): ViewNode | undefined {
    if (rank < 0 || rank >= this.countChildren(node)) return undefined;
    return this.node(node.depth + 1, (this.level(node.depth + 1).first[node.index] ?? 0) + rank);
  }

  /** The box beside it, of the same parent. */
  sibling(node: ViewNode, step: number): ViewNode | undefined {
    if (!node.parent) return undefined;
    const first = this.level(node.depth).first[node.parent.index] ?? 0;
    return this.child(node.parent, node.index - first + step);
  }

  /** Follows functions from the root; ends where the way does. */
  follow(path: readonly number[]): ViewNode {
    let node = this.root;
    for (const fn of path) {
      const level = this.level(node.depth + 1);
      const end = level.first[node.index + 1] ?? 0;
      let index = level.first[node.index] ?? 0;
      while (index < end && level.fn[index] !== fn) index += 1;
      if (index >= end) break;
      node = this.node(node.depth + 1, index);
    }
    return node;
  }
}

const NOTHING = new Float64Array(0);
const NOWHERE = new Int32Array(1);
const EMPTY: Level = {
  length: 0,
  fn: NOWHERE,
  parent: NOWHERE,
  first: NOWHERE,
  start: NOTHING,
  end: NOTHING,
  now: NOTHING,
  before: NOTHING,
  from: NOWHERE,
  at: NOWHERE,
  origin: NOWHERE,
  widest: NOTHING,
};

/** Functions from the root to a node, the root itself left out. */
export function pathOf(node: ViewNode): number[] {
  const path: number[] = [];
  for (let at: ViewNode | undefined = node; at?.parent; at = at.parent) path.push(at.fn);
  return path.reverse();
}

function rootLevel(fn: number, { now, before }: Record<'now' | 'before', number>, at: Int32Array): Level {
  return {
    length: 1,
    fn: Int32Array.of(fn),
    parent: Int32Array.of(-1),
    first: Int32Array.of(0),
    start: Float64Array.of(0),
    end: Float64Array.of(1),
    now: Float64Array.of(now),
    before: Float64Array.of(before),
    from: Int32Array.of(0, at.length),
    at,
    origin: at,
    widest: Float64Array.of(1),
  };
}

function leavesOf({ tree, now, before }: LevelSource): number[] {
  const leaves: number[] = [];
  for (let node = 0; node < tree.length; node += 1) {
    if ((now.self[node] ?? 0) > 0 || (before?.self[node] ?? 0) > 0) leaves.push(node);
  }
  return leaves;
}

/** Of what weighs something. */
function heightBelow({ tree, now, before }: LevelSource, at: Int32Array): number {
  const below = new Int32Array(tree.length + 1);
  // A parent stands before its children: backwards, each is complete before it is passed on.
  for (let node = tree.length - 1; node >= 0; node -= 1) {
    if ((now.total[node] ?? 0) <= 0 && (before?.total[node] ?? 0) <= 0) continue;
    const above = tree.parent[node] ?? -1;
    const to = above < 0 ? tree.length : above;
    below[to] = Math.max(below[to] ?? 0, (below[node] ?? 0) + 1);
  }
  return at.reduce((most, node) => Math.max(most, below[node] ?? 0), 0);
}

/** @param fromLeaves The nodes themselves stand above the root, not in it. */
function heightAbove({ depth }: CallTree, at: Int32Array, fromLeaves: boolean): number {
  const most = at.reduce((deepest, node) => Math.max(deepest, depth[node] ?? 0), 0);
  return at.length === 0 ? 0 : most + (fromLeaves ? 1 : 0);
}

function sumAt(column: Float64Array, nodes: Int32Array): number {
  return nodes.reduce((sum, node) => sum + (column[node] ?? 0), 0);
}
