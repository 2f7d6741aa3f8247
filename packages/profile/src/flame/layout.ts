/** Rows in the order they are drawn: a node, then its children from the widest on. Row 0 is the root. */
export interface Layout {
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly start: Float64Array;
  readonly width: Float64Array;
  /** Row of each node, and of the root at the end; 0 for a node without width, which is left out. */
  readonly rowOf: Int32Array;
}

/** Adds to every node what its callees have; `own` stays as it is. Parents stand before their children. */
export function sumUp(parent: Int32Array, own: Float64Array): Float64Array {
  const sums = own.slice();
  for (let node = parent.length - 1; node >= 0; node--) {
    const above = parent[node] ?? -1;
    if (above >= 0) sums[above] = (sums[above] ?? 0) + (sums[node] ?? 0);
  }
  return sums;
}

/**
 * Places every node that has width under its parent, the widest child first, without gaps; a node's own part is behind them. Where a
 * row lies follows from how many rows the subtrees before it take: so one pass in the order of the nodes, which is how they lie in
 * memory, is enough.
 * @param widths Of every node, no less than its children's together, and of the root at the end.
 */
export function layOut(parent: Int32Array, widths: Float64Array): Layout {
  const nodes = parent.length;
  const children = new Children(parent, widths);
  const { place } = children;
  const rows = emptyRows(place[nodes] ?? 0);
  place[nodes] = 0;
  rows.width[0] = widths[nodes] ?? 0;
  children.placeUnder(-1, 0, rows.start);
  for (let node = 0; node < nodes; node++) {
    const width = widths[node] ?? 0;
    if (width === 0) continue;
    const above = parent[node] ?? -1;
    const aboveRow = above < 0 ? 0 : (place[above] ?? 0);
    const row = place[node] ?? 0;
    rows.parent[row] = aboveRow;
    rows.depth[row] = (rows.depth[aboveRow] ?? 0) + 1;
    rows.width[row] = width;
    children.placeUnder(node, row, rows.start);
  }
  return { ...rows, rowOf: place };
}

function emptyRows(count: number): Omit<Layout, 'rowOf'> {
  const rows = {
    parent: new Int32Array(count),
    depth: new Int32Array(count),
    start: new Float64Array(count),
    width: new Float64Array(count),
  };
  rows.parent[0] = -1;
  return rows;
}

/** The nodes with width, by their parents. */
class Children {
  /** How many rows a node's subtree takes, with its own; once its parent was placed, the node's row. The root is at the end. */
  readonly place: Int32Array;
  readonly #widths: Float64Array;
  /** First child + 1 of node n at n + 1, so that the roots' is at 0; 0: none. */
  readonly #first: Int32Array;
  /** Next sibling + 1; 0: none. */
  readonly #next: Int32Array;
  readonly #sorted: number[] = [];

  constructor(parent: Int32Array, widths: Float64Array) {
    const nodes = parent.length;
    const place = new Int32Array(nodes + 1);
    const first = new Int32Array(nodes + 1);
    const next = new Int32Array(nodes);
    for (let node = nodes - 1; node >= 0; node--) {
      if ((widths[node] ?? 0) === 0) continue;
      const above = parent[node] ?? -1;
      const into = above < 0 ? nodes : above;
      const rows = (place[node] ?? 0) + 1;
      place[node] = rows;
      place[into] = (place[into] ?? 0) + rows;
      next[node] = first[above + 1] ?? 0;
      first[above + 1] = node + 1;
    }
    place[nodes] = (place[nodes] ?? 0) + 1;
    this.place = place;
    this.#widths = widths;
    this.#first = first;
    this.#next = next;
  }

  /** Gives the children of `node`, which is in `row`, their rows and where they start. */
  placeUnder(node: number, row: number, start: Float64Array): void {
    const only = (this.#first[node + 1] ?? 0) - 1;
    if (only < 0) return;
    if (this.#next[only] === 0) {
      this.place[only] = row + 1;
      start[row + 1] = start[row] ?? 0;
    } else this.#placeSeveral(only, row, start);
  }

  #placeSeveral(first: number, row: number, start: Float64Array): void {
    const sorted = this.#sorted;
    const widths = this.#widths;
    sorted.length = 0;
    for (let child = first; child >= 0; child = (this.#next[child] ?? 0) - 1) sorted.push(child);
    sortByWidth(sorted, widths);
    let nextRow = row + 1;
    let from = start[row] ?? 0;
    for (const child of sorted) {
      const rows = this.place[child] ?? 0;
      this.place[child] = nextRow;
      start[nextRow] = from;
      nextRow += rows;
      from += widths[child] ?? 0;
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
