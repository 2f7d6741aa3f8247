import { BLOCK, type Level } from './level.ts';
import type { ViewNode, ViewTree } from './view-tree.ts';

/** A stretch of the tree's width, as parts of the root. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Pixels below which a box cannot be told from its neighbours. */
const LEAST_PIXELS = 1;

/** Takes a box of a level, cut to what is in sight, in pixels. Index −1: neighbours too narrow to see, as one. */
type TakeBox = (index: number, left: number, right: number) => void;

/**
 * What is in sight of one level, from left to right. Work grows with the pixels, not with the boxes: what is narrower than a pixel
 * is jumped over.
 * @param width Pixels the range takes.
 */
export function walkRow({ length, start, end, widest }: Level, range: Range, width: number, take: TakeBox): void {
  const { from, to } = range;
  const scale = width / Math.max(Number.MIN_VALUE, to - from);
  let at = firstBeyond(end, from, 0, length);
  while (at < length) {
    const startsAt = start[at] ?? 0;
    if (startsAt >= to) return;
    const left = (startsAt - from) * scale;
    let right = ((end[at] ?? 0) - from) * scale;
    if (right - left >= LEAST_PIXELS) {
      take(at, Math.max(0, left), Math.min(width, right));
      at += 1;
      continue;
    }
    for (at += 1; at < length; ) {
      while (
        at % BLOCK === 0 &&
        (widest[at / BLOCK] ?? Number.POSITIVE_INFINITY) * scale < LEAST_PIXELS &&
        right < width
      ) {
        at = Math.min(length, at + BLOCK);
        right = ((end[at - 1] ?? 0) - from) * scale;
      }
      if (at >= length) break;
      const next = ((start[at] ?? 0) - from) * scale;
      // A gap that can be seen, the end of sight, or a box that can be seen.
      if (next - right >= LEAST_PIXELS || next >= width) break;
      if (((end[at] ?? 0) - from) * scale - next >= LEAST_PIXELS) break;
      const stop = Math.min(length, at + BLOCK - (at % BLOCK));
      const beyond = firstBeyond(end, from + (right + LEAST_PIXELS) / scale, at, stop);
      const last = Math.max(at, beyond - 1);
      right = ((end[last] ?? 0) - from) * scale;
      at = last + 1;
    }
    take(-1, Math.max(0, left), Math.min(width, right));
  }
}

/** The first box from `low` on that ends beyond a place; looked for near `low` first, where it mostly is. */
function firstBeyond(end: Float64Array, place: number, low: number, length: number): number {
  let step = 1;
  let least = low;
  while (least + step < length && (end[least + step] ?? 0) <= place) {
    least += step;
    step *= 2;
  }
  let most = Math.min(length, least + step);
  while (least < most) {
    const middle = (least + most) >>> 1;
    if ((end[middle] ?? 0) <= place) least = middle + 1;
    else most = middle;
  }
  return least;
}

/** The box at a place of a level; undefined: none, or one too narrow to see. */
export function boxAt(tree: ViewTree, depth: number, range: Range, width: number, x: number): ViewNode | undefined {
  const level = tree.level(depth);
  const place = range.from + ((range.to - range.from) * x) / width;
  const index = firstBeyond(level.end, place, 0, level.length);
  if (index >= level.length || (level.start[index] ?? 0) > place) return undefined;
  const size = (level.end[index] ?? 0) - (level.start[index] ?? 0);
  return (size / (range.to - range.from)) * width < LEAST_PIXELS ? undefined : tree.node(depth, index);
}

/** What is drawn of a node. Neighbours too narrow to see are one box without a node. */
export interface Box {
  readonly node: ViewNode | undefined;
  readonly depth: number;
  /** Pixels, cut to what is in sight. */
  readonly x: number;
  readonly width: number;
}

/** Everything in sight, outermost first, as objects: for pictures and for going from match to match. */
export function layOut(tree: ViewTree, range: Range, width: number): Box[] {
  const boxes: Box[] = [];
  for (let depth = 0, known = -1; depth <= tree.height && known < boxes.length; depth += 1) {
    known = boxes.length;
    walkRow(tree.level(depth), range, width, (index, left, right) => {
      boxes.push({ node: index < 0 ? undefined : tree.node(depth, index), depth, x: left, width: right - left });
    });
  }
  return boxes;
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
