import type { StackTable } from '../profile.ts';

/** Rows in the order they are drawn: a node, then its children from the widest on. Row 0 is the root, which is no frame. */
export interface Layout {
  readonly parent: Int32Array;
  readonly frame: Int32Array;
  readonly depth: Int32Array;
  readonly start: Float64Array;
  readonly width: Float64Array;
  /** Node of the tree each row shows; −1 for the root. */
  readonly node: Int32Array;
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
 * Children of every node side by side, by counting: those of node n are `list[from[n + 1]]` up to `list[from[n + 2]]`, so that the
 * roots are those of −1. Nodes without width are left out.
 */
function listChildren(parent: Int32Array, widths: Float64Array): { from: Int32Array; list: Int32Array } {
  const from = new Int32Array(parent.length + 3);
  let kept = 0;
  for (let node = 0; node < parent.length; node++) {
    if ((widths[node] ?? 0) === 0) continue;
    const at = (parent[node] ?? -1) + 3;
    from[at] = (from[at] ?? 0) + 1;
    kept++;
  }
  for (let i = 1; i < from.length; i++) from[i] = (from[i] ?? 0) + (from[i - 1] ?? 0);
  const list = new Int32Array(kept);
  for (let node = 0; node < parent.length; node++) {
    if ((widths[node] ?? 0) === 0) continue;
    const at = (parent[node] ?? -1) + 2;
    const next = from[at] ?? 0;
    list[next] = node;
    from[at] = next + 1;
  }
  return { from, list };
}

/**
 * Places every node that has width under its parent, the widest child first, without gaps; a node's own part is behind them.
 * @param widths Of every node, no less than its children's together, and of the root at the end.
 */
export function layOut({ parent, frame }: StackTable, widths: Float64Array): Layout {
  const { from, list } = listChildren(parent, widths);
  const rows = emptyRows(list.length + 1);
  const rowOf = new Int32Array(parent.length);
  rows.width[0] = widths.at(-1) ?? 0;
  // A child waits here with its start until its turn comes.
  const starts = new Float64Array(parent.length);
  const open = new Int32Array(list.length);
  let waiting = 0;
  let row = 0;
  for (let node = -1; ; node = open[--waiting] ?? -1) {
    const above = node < 0 ? -1 : (parent[node] ?? -1);
    const aboveRow = above < 0 ? 0 : (rowOf[above] ?? 0);
    if (node >= 0) {
      rowOf[node] = row;
      rows.parent[row] = aboveRow;
      rows.frame[row] = frame[node] ?? 0;
      rows.depth[row] = (rows.depth[aboveRow] ?? 0) + 1;
      rows.start[row] = starts[node] ?? 0;
      rows.width[row] = widths[node] ?? 0;
      rows.node[row] = node;
    }
    const first = from[node + 1] ?? 0;
    const last = from[node + 2] ?? 0;
    if (last - first > 1) sortByWidth(list, first, last, widths);
    let start = rows.start[row] ?? 0;
    for (let i = first; i < last; i++) {
      const child = list[i] ?? 0;
      starts[child] = start;
      start += widths[child] ?? 0;
    }
    for (let i = last - 1; i >= first; i--) open[waiting++] = list[i] ?? 0;
    row++;
    if (waiting === 0) return rows;
  }
}

function emptyRows(count: number): Layout {
  const rows = {
    parent: new Int32Array(count),
    frame: new Int32Array(count),
    depth: new Int32Array(count),
    start: new Float64Array(count),
    width: new Float64Array(count),
    node: new Int32Array(count),
  };
  rows.parent[0] = -1;
  rows.frame[0] = -1;
  rows.node[0] = -1;
  return rows;
}

/** Most nodes have few children; sorting those in place needs no array of their own. */
const FEW = 16;

function sortByWidth(list: Int32Array, first: number, last: number, widths: Float64Array): void {
  if (last - first > FEW) {
    list.subarray(first, last).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0) || a - b);
    return;
  }
  for (let i = first + 1; i < last; i++) {
    const node = list[i] ?? 0;
    const width = widths[node] ?? 0;
    let at = i;
    for (; at > first && (widths[list[at - 1] ?? 0] ?? 0) < width; at--) list[at] = list[at - 1] ?? 0;
    list[at] = node;
  }
}
