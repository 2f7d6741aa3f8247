import { type Box, layOut, type Range, rangeOf } from '../../src/view/layout.ts';
import type { ViewNode, ViewTree } from '../../src/view/view-tree.ts';

const WHOLE: Range = { from: 0, to: 1 };

/** One tree on the canvas, with the stretch of it that fills the width. */
export class Pane {
  readonly tree: ViewTree;
  /** Grows upwards from its root, which the pane below it draws. */
  readonly callers: boolean;
  range: Range = WHOLE;
  boxes: readonly Box[] = [];
  /** Rows it takes, root included. */
  rows = 1;

  constructor(tree: ViewTree, callers: boolean) {
    this.tree = tree;
    this.callers = callers;
  }

  layOut(width: number): void {
    this.boxes = layOut(this.tree, this.range, width);
    this.rows = this.boxes.reduce((most, { depth }) => Math.max(most, depth), 0) + 1;
  }
}

export interface Place {
  readonly pane: Pane;
  readonly node: ViewNode;
}

/** The panes of one canvas: one, or callers above callees with the function's row in common. */
export class Panes {
  readonly all: readonly Pane[];

  constructor(all: readonly Pane[]) {
    this.all = all;
  }

  /** Rows above the row that both roots share. */
  get above(): number {
    return (this.all.find(({ callers }) => callers)?.rows ?? 1) - 1;
  }

  get rows(): number {
    return this.above + (this.all.find(({ callers }) => !callers)?.rows ?? 1);
  }

  layOut(width: number): void {
    for (const pane of this.all) pane.layOut(width);
  }

  /** Row of a depth, counted from the top. */
  rowOf(pane: Pane, depth: number): number {
    return pane.callers ? this.above - depth : this.above + depth;
  }

  paneOf(callers: boolean): Pane | undefined {
    return this.all.find((pane) => pane.callers === callers);
  }

  at(x: number, row: number): Place | undefined {
    for (const pane of this.all) {
      const depth = pane.callers ? this.above - row : row - this.above;
      if (depth < 0 || (pane.callers && depth === 0)) continue;
      const box = pane.boxes.find(
        (candidate) => candidate.depth === depth && x >= candidate.x && x < candidate.x + candidate.width,
      );
      if (box?.node) return { pane, node: box.node };
    }
    return undefined;
  }
}

/** Milliseconds a zoom takes: long enough to follow, short enough not to wait for. */
const ZOOM_MS = 160;

/** Moves a pane's range to a node, in steps that the caller draws; returns the step. */
export function zoomSteps(pane: Pane, node: ViewNode, startMs: number): (nowMs: number) => boolean {
  const from = pane.range;
  const to = rangeOf(node);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (nowMs) => {
    const part = still ? 1 : Math.min(1, Math.max(0, (nowMs - startMs) / ZOOM_MS));
    const eased = part * (2 - part);
    pane.range =
      part >= 1 ? to : { from: from.from + (to.from - from.from) * eased, to: from.to + (to.to - from.to) * eased };
    return part < 1;
  };
}
