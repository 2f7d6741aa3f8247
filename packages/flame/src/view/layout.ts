import type { ViewNode, ViewTree } from './view-tree.ts';

/** A stretch of the tree's width, as parts of the root. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is drawn of a node. Neighbours too narrow to see are one box without a node. */
export interface Box {
  readonly node: ViewNode | undefined;
  readonly depth: number;
  /** Pixels, cut to what is in sight. */
  readonly x: number;
  readonly width: number;
}

/** Pixels below which a box cannot be told from its neighbours. */
const LEAST_PIXELS = 1;

/**
 * What is in sight of a tree, outermost first. Work grows with what is seen, not with the profile.
 * @param width Pixels the range takes.
 */
export function layOut(tree: ViewTree, range: Range, width: number): Box[] {
  const boxes: Box[] = [];
  const scale = width / Math.max(Number.MIN_VALUE, range.to - range.from);
  const put = (node: ViewNode | undefined, depth: number, start: number, size: number): void => {
    const x = Math.max(0, (start - range.from) * scale);
    const end = Math.min(width, (start + size - range.from) * scale);
    if (end > x) boxes.push({ node, depth, x, width: end - x });
  };
  put(tree.root, 0, 0, 1);
  // Grows while it is walked: a queue without recursion, for stacks deeper than the page's own.
  for (let next = 0; next < boxes.length; next += 1) {
    const parent = boxes[next]?.node;
    if (!parent) continue;
    for (const child of tree.childrenOf(parent)) {
      if (child.start >= range.to) break;
      if (child.size * scale < LEAST_PIXELS) {
        putRest(tree, parent, child, put);
        break;
      }
      if (child.start + child.size > range.from) put(child, child.depth, child.start, child.size);
    }
  }
  return boxes;
}

/** Children stand largest first: from the first too small on, all are. */
function putRest(
  tree: ViewTree,
  parent: ViewNode,
  first: ViewNode,
  put: (node: undefined, depth: number, start: number, size: number) => void,
): void {
  const last = tree.childrenOf(parent).at(-1) ?? first;
  put(undefined, first.depth, first.start, last.start + last.size - first.start);
}

/** The range that shows a node at full width. */
export function rangeOf(node: ViewNode): Range {
  return { from: node.start, to: node.start + node.size };
}

/** Least share of the whole that can be zoomed to: below it doubles cannot tell one pixel from the next. */
const LEAST_RANGE = 1e-10;

/** Zooms about a point, or moves; stays within the whole. */
export function clampRange(range: Range): Range {
  const size = Math.min(1, Math.max(LEAST_RANGE, range.to - range.from));
  const from = Math.min(1 - size, Math.max(0, range.from));
  return { from, to: from + size };
}
