import { boxAt, type Range, rangeOf, walkRow } from '../../src/view/layout.ts';
import type { ViewNode, ViewTree } from '../../src/view/view-tree.ts';

const WHOLE: Range = { from: 0, to: 1 };

/** One tree on the canvas, with the stretch of it that fills the width. */
export class Pane {
  readonly tree: ViewTree;
  /** Grows upwards from its root, which the pane below it draws. */
  readonly callers: boolean;
  range: Range = WHOLE;

  constructor(tree: ViewTree, callers: boolean) {
    this.tree = tree;
    this.callers = callers;
  }

  /** Rows it takes, root included: of what is in sight, as far as that is known. */
  get rows(): number {
    const { known } = this.tree;
    if (known < this.tree.height && this.#hasInSight(known)) return this.tree.height + 1;
    let filled = 0;
    // Above nothing, there is nothing: the last row that is not empty.
    for (let empty = known + 1; empty - filled > 1; ) {
      const middle = (filled + empty) >>> 1;
      if (this.#hasInSight(middle)) filled = middle;
      else empty = middle;
    }
    return filled + 1;
  }

  #hasInSight(depth: number): boolean {
    let found = false;
    walkRow(this.tree.level(depth), this.range, 1, () => {
      found = true;
    });
    return found;
  }
}

export interface Place {
  readonly pane: Pane;
  readonly node: ViewNode;
}

/** A row of the canvas. */
export interface Row {
  readonly pane: Pane;
  readonly depth: number;
}

/** The panes of one canvas: one, or callers above callees with the function's row in common. */
export class Panes {
  readonly all: readonly Pane[];
  /** Rows above the row that both roots share; and all of them. */
  above = 0;
  rows = 1;

  constructor(all: readonly Pane[]) {
    this.all = all;
  }

  /** Counts rows anew: zooming, there come more or fewer. */
  measure(): void {
    this.above = (this.paneOf(true)?.rows ?? 1) - 1;
    this.rows = this.above + (this.paneOf(false)?.rows ?? 1);
  }

  /** What a row, counted from the top, shows. */
  rowAt(row: number): Row | undefined {
    const callers = row < this.above;
    const pane = this.paneOf(callers);
    const depth = Math.abs(row - this.above);
    return pane && row >= 0 && depth <= pane.tree.height ? { pane, depth } : undefined;
  }

  /** Row of a depth, counted from the top. */
  rowOf(pane: Pane, depth: number): number {
    return pane.callers ? this.above - depth : this.above + depth;
  }

  paneOf(callers: boolean): Pane | undefined {
    return this.all.find((pane) => pane.callers === callers);
  }

  /** @param x Pixels, of `width` in all. */
  at(x: number, row: number, width: number): Place | undefined {
    const shown = this.rowAt(row);
    if (!shown || shown.depth > shown.pane.tree.known) return undefined;
    const node = boxAt(shown.pane.tree, shown.depth, shown.pane.range, width, x);
    return node && { pane: shown.pane, node };
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
