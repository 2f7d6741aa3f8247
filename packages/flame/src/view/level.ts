/**
 * All boxes of one depth as columns, from left to right; those of one parent stand largest first. Columns, since a profile may have
 * hundreds of thousands of boxes side by side, and each frame of the screen looks for those in sight among them.
 */
export interface Level {
  readonly length: number;
  readonly fn: Int32Array;
  /** Index into the level above. */
  readonly parent: Int32Array;
  /** Of each box of the level above, where its children begin; one longer than that level. */
  readonly first: Int32Array;
  /** Parts of the root's width. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly now: Float64Array;
  /** Empty where nothing is compared. */
  readonly before: Float64Array;
  /** Box `i` stands at the nodes `at[from[i]] … at[from[i + 1] - 1]` of the call tree, and each carries the weight of its origin. */
  readonly from: Int32Array;
  readonly at: Int32Array;
  readonly origin: Int32Array;
  /** Of each {@link BLOCK} boxes, the widest of them or of the gaps behind them: what is too narrow to see is jumped over. */
  readonly widest: Float64Array;
}

/** Boxes of a level that are looked at as one: a level of 100,000 has some hundred blocks. */
export const BLOCK = 256;

type Columns = Pick<Level, 'fn' | 'parent' | 'start' | 'end' | 'now' | 'before'>;

/** @param most Boxes there can be. @param compares Whether there is a profile to compare with. */
function makeColumns(most: number, compares: boolean): Columns {
  return {
    fn: new Int32Array(most),
    parent: new Int32Array(most),
    start: new Float64Array(most),
    end: new Float64Array(most),
    now: new Float64Array(most),
    before: new Float64Array(compares ? most : 0),
  };
}

/** A level in the making. */
export class LevelColumns {
  length = 0;
  readonly first: Int32Array;
  readonly at: Int32Array;
  readonly origin: Int32Array;
  readonly #from: Int32Array;
  readonly #columns: Columns;
  #entries = 0;

  /** @param above Boxes of the level above. @param most As {@link makeColumns}, and `compares`. */
  constructor(above: number, most: number, compares: boolean) {
    this.first = new Int32Array(above + 1);
    this.at = new Int32Array(most);
    this.origin = new Int32Array(most);
    this.#from = new Int32Array(most + 1);
    this.#columns = makeColumns(most, compares);
  }

  /** @returns Where its `count` entries go. */
  add(fn: number, parent: number, start: number, end: number, now: number, before: number, count: number): number {
    const columns = this.#columns;
    const index = this.length;
    this.length += 1;
    columns.fn[index] = fn;
    columns.parent[index] = parent;
    columns.start[index] = start;
    columns.end[index] = end;
    columns.now[index] = now;
    if (columns.before.length > 0) columns.before[index] = before;
    const to = this.#entries;
    this.#entries += count;
    this.#from[index + 1] = this.#entries;
    return to;
  }

  finish(): Level {
    const { length, first, at, origin } = this;
    const widest = measureBlocks(length, this.#columns.start, this.#columns.end);
    return { length, first, at, origin, from: this.#from, widest, ...this.#columns };
  }
}

/** A level in the making whose boxes stand at one node each: written column by column, without a call per box. */
export class PlainColumns {
  readonly first: Int32Array;
  readonly at: Int32Array;
  readonly columns: Columns;

  /** As {@link LevelColumns}. */
  constructor(above: number, most: number, compares: boolean) {
    this.first = new Int32Array(above + 1);
    this.at = new Int32Array(most);
    this.columns = makeColumns(most, compares);
  }

  /** @param counting 0, 1, 2 … up to the length at least. */
  finish(length: number, counting: Int32Array): Level {
    // Not longer than there are boxes, which says that each stands at one node.
    const at = this.at.subarray(0, length);
    const widest = measureBlocks(length, this.columns.start, this.columns.end);
    return { length, first: this.first, at, origin: at, from: counting, widest, ...this.columns };
  }
}

function measureBlocks(length: number, start: Float64Array, end: Float64Array): Float64Array {
  const widest = new Float64Array(Math.ceil(length / BLOCK));
  for (let at = 0; at < length; at += 1) {
    const ends = end[at] ?? 0;
    const gap = at + 1 < length ? (start[at + 1] ?? 0) - ends : 0;
    const wider = Math.max(ends - (start[at] ?? 0), gap);
    const block = Math.floor(at / BLOCK);
    if (wider > (widest[block] ?? 0)) widest[block] = wider;
  }
  return widest;
}
