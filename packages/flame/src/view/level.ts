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

/** A level in the making. */
export class LevelColumns {
  length = 0;
  readonly first: Int32Array;
  readonly at: Int32Array;
  readonly origin: Int32Array;
  readonly #columns: Omit<Level, 'length' | 'first' | 'at' | 'origin' | 'widest'>;
  #entries = 0;

  constructor(above: number, most: number) {
    this.first = new Int32Array(above + 1);
    this.at = new Int32Array(most);
    this.origin = new Int32Array(most);
    this.#columns = {
      fn: new Int32Array(most),
      parent: new Int32Array(most),
      start: new Float64Array(most),
      end: new Float64Array(most),
      now: new Float64Array(most),
      before: new Float64Array(most),
      from: new Int32Array(most + 1),
    };
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
    columns.before[index] = before;
    const to = this.#entries;
    this.#entries += count;
    columns.from[index + 1] = this.#entries;
    return to;
  }

  finish(): Level {
    const { start, end } = this.#columns;
    const widest = measureBlocks(this.length, start, end);
    return { length: this.length, first: this.first, at: this.at, origin: this.origin, widest, ...this.#columns };
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
