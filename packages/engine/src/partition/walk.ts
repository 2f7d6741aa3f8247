/** Anything with a start, maybe an end, and parts of its own. */
export interface PathNode<N> {
  readonly start: number;
  /** Undefined: still running. */
  readonly end: number | undefined;
  readonly children: readonly N[];
}

/** A stretch of the critical path. */
export interface PathSegment<N> {
  readonly start: number;
  readonly end: number;
  /** Whose exclusive time this is; undefined: no node covers it. */
  readonly node: N | undefined;
  /**
   * The earliest started sibling that ran up to or past this segment's end and was not chosen. It may have started
   * inside the segment.
   */
  readonly alongside: N | undefined;
}

export interface WalkRule<N> {
  /** How much later than the cursor an end may lie and still count as before it, within `[from, to]`. */
  tolerance(from: number, to: number): number;
  /**
   * What to do with a child that runs on past `to`. True: it counts as ending there, because what it is part of was
   * cut off or is still running. False: nobody waited for it. `parent` is absent for the top level.
   */
  countsRunning(parent: N | undefined, to: number): boolean;
}

/**
 * The critical path through `[from, to]` and down into children, in order of time. The segments are disjoint and cover
 * `[from, to]` exactly.
 *
 * From the end backwards: of the nodes that ended at or before the cursor (touching counts, and so does an end up to
 * the tolerance later, clipped) the one that ended last has the interval since its start, or since `from`; on a tie the
 * one that started earlier, then the one given earlier. On from its start. What no node covers is their parent's.
 *
 *     a         |-----|
 *     b            |----------|
 *     c                       |---|
 *     path  .......|bbbbbbbbbb|ccc|..
 *
 * `a` ended after `b` had started, so `b` did not wait for it: it is passed over.
 */
export function walkPath<N extends PathNode<N>>(
  nodes: readonly N[],
  from: number,
  to: number,
  rule: WalkRule<N>,
): PathSegment<N>[] {
  const segments: PathSegment<N>[] = [];
  appendPath(segments, undefined, nodes, from, to, rule);
  return segments;
}

function appendPath<N extends PathNode<N>>(
  out: PathSegment<N>[],
  parent: N | undefined,
  nodes: readonly N[],
  from: number,
  to: number,
  rule: WalkRule<N>,
): void {
  for (const segment of walkLevel(nodes, from, to, rule.tolerance(from, to), rule.countsRunning(parent, to))) {
    if (segment.node === undefined) out.push(parent === undefined ? segment : { ...segment, node: parent });
    else if (segment.node.children.length === 0) out.push(segment);
    else appendPath(out, segment.node, segment.node.children, segment.start, segment.end, rule);
  }
}

function walkLevel<N extends PathNode<N>>(
  nodes: readonly N[],
  from: number,
  to: number,
  tolerance: number,
  countsRunning: boolean,
): PathSegment<N>[] {
  const level = new Level(nodes, from, to, countsRunning);
  const backwards: PathSegment<N>[] = [];
  let cursor = to;
  while (cursor > from) {
    const chosen = level.endedAt(cursor, tolerance);
    const start = chosen === undefined ? Math.max(from, level.nextEnd()) : Math.max(from, chosen.start);
    const alongside = level.passedOverBefore(cursor);
    backwards.push({ start, end: cursor, node: chosen, alongside });
    cursor = start;
  }
  return backwards.reverse();
}

/** One level of siblings, consumed from the latest end to the earliest. */
class Level<N extends PathNode<N>> {
  readonly #sorted: readonly { readonly node: N; readonly end: number }[];
  #next = 0;
  #passedOver: N | undefined;

  constructor(nodes: readonly N[], from: number, to: number, countsRunning: boolean) {
    const relevant: { node: N; end: number }[] = [];
    for (const node of nodes) {
      const full = node.end ?? Number.POSITIVE_INFINITY;
      const end = countsRunning ? Math.min(full, to) : full;
      if (node.start < end && node.start < to && end > from) relevant.push({ node, end });
    }
    // Array.sort is stable, so equal nodes stay in the order they were given.
    this.#sorted = relevant.sort((a, b) => b.end - a.end || a.node.start - b.node.start);
  }

  /** The node whose end is the cursor, give or take the tolerance; the earliest started of several. */
  endedAt(cursor: number, tolerance: number): N | undefined {
    let chosen: N | undefined;
    for (
      let item = this.#sorted[this.#next];
      item !== undefined && item.end >= cursor;
      item = this.#sorted[++this.#next]
    ) {
      const { node, end } = item;
      if (node.start >= cursor) continue;
      if (end > cursor + tolerance || (chosen !== undefined && chosen.start <= node.start)) {
        this.#passOver(node);
        continue;
      }
      if (chosen !== undefined) this.#passOver(chosen);
      chosen = node;
    }
    return chosen;
  }

  /** Where the cursor may jump to: the latest end not looked at yet. */
  nextEnd(): number {
    return this.#sorted[this.#next]?.end ?? Number.NEGATIVE_INFINITY;
  }

  passedOverBefore(cursor: number): N | undefined {
    return this.#passedOver !== undefined && this.#passedOver.start < cursor ? this.#passedOver : undefined;
  }

  /** Whatever is passed over reaches up to the cursor or past it, so the earliest started covers all that any other covers. */
  #passOver(node: N): void {
    if (this.#passedOver === undefined || node.start < this.#passedOver.start) this.#passedOver = node;
  }
}
