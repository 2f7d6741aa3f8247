import type { CallTree, Weights } from './call-tree.ts';

/** A box that can be drawn: a function with everything that leads to it (from the root on, or from the leaf). */
export interface ViewNode {
  /** −1: everything. */
  readonly fn: number;
  readonly parent: ViewNode | undefined;
  readonly depth: number;
  /** Where it begins and how wide it is, as parts of the root. */
  readonly start: number;
  readonly size: number;
  /** What it stands for: here, and in the profile compared with (0 without one). */
  readonly now: number;
  readonly before: number;
  /** Nodes of the call tree where it stands. */
  readonly at: readonly number[];
  /** Bottom up: for each of `at`, the node whose weight it carries. */
  readonly origin: readonly number[];
}

export interface ViewSource {
  readonly tree: CallTree;
  readonly now: Weights;
  readonly before?: Weights;
  /** Which of the two makes a box wide. */
  readonly widthBy: 'now' | 'before';
}

/** What to begin with: everything, or the nodes of one function. */
export interface ViewStart {
  readonly fn: number;
  readonly at: readonly number[];
}

interface Group {
  readonly fn: number;
  readonly at: number[];
  readonly origin: number[];
  now: number;
  before: number;
}

/**
 * A call tree to look at, made only as far as somebody looks: bottom up, all of it could be as large as all stacks written out.
 * Children stand largest first.
 */
export class ViewTree {
  readonly root: ViewNode;
  readonly #source: ViewSource;
  readonly #direction: 'down' | 'up';
  /** Weight of an origin: bottom up from leaves, what was seen there; up from a function, all it calls too. */
  readonly #weigh: 'self' | 'total';
  readonly #children = new WeakMap<ViewNode, readonly ViewNode[]>();

  constructor(source: ViewSource, direction: 'down' | 'up', start?: ViewStart) {
    this.#source = source;
    this.#direction = direction;
    this.#weigh = direction === 'down' || start ? 'total' : 'self';
    const { tree, now, before } = source;
    const at = start ? start.at : direction === 'down' ? [tree.length] : leavesOf(source);
    this.root = {
      fn: start?.fn ?? -1,
      parent: undefined,
      depth: 0,
      start: 0,
      size: 1,
      now: start ? sumAt(now.total, at) : now.sum,
      before: before ? (start ? sumAt(before.total, at) : before.sum) : 0,
      at,
      origin: at,
    };
  }

  childrenOf(node: ViewNode): readonly ViewNode[] {
    const known = this.#children.get(node);
    if (known) return known;
    const groups = this.#direction === 'down' ? this.#groupCallees(node) : this.#groupCallers(node);
    const children = this.#place(node, groups);
    this.#children.set(node, children);
    return children;
  }

  /** Follows functions from the root; ends where the way does. */
  follow(path: readonly number[]): ViewNode {
    let node = this.root;
    for (const fn of path) {
      const next = this.childrenOf(node).find((child) => child.fn === fn);
      if (!next) break;
      node = next;
    }
    return node;
  }

  #groupCallees(node: ViewNode): Map<number, Group> {
    const { tree, now, before } = this.#source;
    const groups = new Map<number, Group>();
    for (const caller of node.at) {
      for (let index = tree.from[caller] ?? 0; index < (tree.from[caller + 1] ?? 0); index += 1) {
        const child = tree.children[index] ?? 0;
        const group = groupOf(groups, tree.fn[child] ?? 0);
        group.at.push(child);
        group.now += now.total[child] ?? 0;
        group.before += before?.total[child] ?? 0;
      }
    }
    return groups;
  }

  #groupCallers(node: ViewNode): Map<number, Group> {
    const { tree, now, before } = this.#source;
    const groups = new Map<number, Group>();
    // The root of everything stands below the leaves, not at one of them.
    const steps = node.fn >= 0;
    for (let index = 0; index < node.at.length; index += 1) {
      const here = node.at[index] ?? 0;
      const caller = steps ? (tree.parent[here] ?? -1) : here;
      if (caller < 0) continue;
      const origin = node.origin[index] ?? 0;
      const group = groupOf(groups, tree.fn[caller] ?? 0);
      group.at.push(caller);
      group.origin.push(origin);
      group.now += now[this.#weigh][origin] ?? 0;
      group.before += before?.[this.#weigh][origin] ?? 0;
    }
    return groups;
  }

  #place(parent: ViewNode, groups: Map<number, Group>): ViewNode[] {
    const { widthBy } = this.#source;
    const whole = this.root[widthBy];
    const ordered = [...groups.values()]
      .filter((group) => group[widthBy] > 0)
      .sort((one, other) => other[widthBy] - one[widthBy] || one.fn - other.fn);
    let { start } = parent;
    return ordered.map(({ fn, at, origin, now, before }) => {
      const size = whole > 0 ? (widthBy === 'now' ? now : before) / whole : 0;
      const node: ViewNode = { fn, parent, depth: parent.depth + 1, start, size, now, before, at, origin };
      start += size;
      return node;
    });
  }
}

/** Functions from the root to a node, the root itself left out. */
export function pathOf(node: ViewNode): number[] {
  const path: number[] = [];
  for (let at: ViewNode | undefined = node; at?.parent; at = at.parent) path.push(at.fn);
  return path.reverse();
}

function groupOf(groups: Map<number, Group>, fn: number): Group {
  const known = groups.get(fn);
  if (known) return known;
  const group: Group = { fn, at: [], origin: [], now: 0, before: 0 };
  groups.set(fn, group);
  return group;
}

function leavesOf({ tree, now, before }: ViewSource): number[] {
  const leaves: number[] = [];
  for (let node = 0; node < tree.length; node += 1) {
    if ((now.self[node] ?? 0) > 0 || (before?.self[node] ?? 0) > 0) leaves.push(node);
  }
  return leaves;
}

function sumAt(column: Float64Array, nodes: readonly number[]): number {
  return nodes.reduce((sum, node) => sum + (column[node] ?? 0), 0);
}
