/** Adds to every node what its callees have; `own` stays as it is. Parents stand before their children. */
export function sumUp(parent: ArrayLike<number>, own: Float64Array): Float64Array {
  const sums = own.slice();
  for (let node = parent.length - 1; node >= 0; node--) {
    const above = parent[node] ?? -1;
    if (above >= 0) sums[above] = (sums[above] ?? 0) + (sums[node] ?? 0);
  }
  return sums;
}

/**
 * Where every node begins: under its parent, the widest child first, without gaps; what is a node's own is behind them. Both passes
 * go along the nodes as they lie in memory, and nothing is moved: with millions of nodes, that is what it costs.
 * @param widths Of every node, no less than its children's together. One of 0 takes no place.
 */
export function placeNodes(parent: Int32Array, widths: Float64Array): Float64Array {
  const { first, next } = linkChildren(parent, widths);
  const start = new Float64Array(parent.length);
  const siblings = new Siblings(widths, next, start);
  if (first[0] !== 0) siblings.place((first[0] ?? 0) - 1, 0);
  for (let node = 0; node < parent.length; node++) {
    const child = (first[node + 1] ?? 0) - 1;
    if (child < 0) continue;
    const from = start[node] ?? 0;
    // Most nodes have one callee.
    if (next[child] === 0) start[child] = from;
    else siblings.place(child, from);
  }
  return start;
}

interface Links {
  /** First child + 1 of node n at n + 1, so that the roots' is at 0; 0: none. */
  readonly first: Int32Array;
  /** Next sibling + 1; 0: none. */
  readonly next: Int32Array;
}

function linkChildren(parent: Int32Array, widths: Float64Array): Links {
  const first = new Int32Array(parent.length + 1);
  const next = new Int32Array(parent.length);
  for (let node = parent.length - 1; node >= 0; node--) {
    if (widths[node] === 0) continue;
    const into = (parent[node] ?? -1) + 1;
    const known = first[into] ?? 0;
    if (known !== 0) next[node] = known;
    first[into] = node + 1;
  }
  return { first, next };
}

class Siblings {
  readonly #widths: Float64Array;
  readonly #next: Int32Array;
  readonly #start: Float64Array;
  readonly #sorted: number[] = [];

  constructor(widths: Float64Array, next: Int32Array, start: Float64Array) {
    this.#widths = widths;
    this.#next = next;
    this.#start = start;
  }

  /** Places a node and its next siblings, from `from` on. */
  place(first: number, from: number): void {
    const sorted = this.#sorted;
    sorted.length = 0;
    for (let child = first; child >= 0; child = (this.#next[child] ?? 0) - 1) sorted.push(child);
    sortByWidth(sorted, this.#widths);
    let at = from;
    for (const child of sorted) {
      this.#start[child] = at;
      at += this.#widths[child] ?? 0;
    }
  }
}

/** Most nodes have few children; for those a call of sort() costs more than the sorting. */
const FEW = 16;

/** The widest first; equal ones stay in order. */
function sortByWidth(nodes: number[], widths: Float64Array): void {
  if (nodes.length > FEW) {
    nodes.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    return;
  }
  for (let i = 1; i < nodes.length; i++) {
    const node = nodes[i] ?? 0;
    const width = widths[node] ?? 0;
    let at = i;
    for (; at > 0 && (widths[nodes[at - 1] ?? 0] ?? 0) < width; at--) nodes[at] = nodes[at - 1] ?? 0;
    nodes[at] = node;
  }
}
