import type { CallTree, Weights } from './call-tree.ts';
import { Entries, Groups, Scratch, sortBy } from './groups.ts';
import { type Level, LevelColumns, PlainColumns } from './level.ts';

/** What levels are made of. */
export interface LevelSource {
  readonly tree: CallTree;
  readonly now: Weights;
  readonly before?: Weights;
  /** Which of the two makes a box wide. */
  readonly widthBy: 'now' | 'before';
}

/** Makes a level of the one above it. Its scratch columns are used again for each. */
export class LevelBuilder {
  readonly #source: LevelSource;
  readonly #direction: 'down' | 'up';
  readonly #weighNow: Float64Array;
  readonly #weighBefore: Float64Array | undefined;
  /** Which of the two makes a box wide. */
  readonly #widths: Float64Array;
  readonly #whole: number;
  /** Per function: group of the parent at hand + 1; 0: none yet. */
  readonly #groupOf: Int32Array;
  readonly #groups = new Groups(64);
  readonly #entries = new Entries(64);
  readonly #nodes = new Scratch();
  /** 0, 1, 2 …: shared by all levels whose boxes stand at one node each. */
  #counting = new Int32Array(0);

  constructor(source: LevelSource, direction: 'down' | 'up', weigh: 'self' | 'total', whole: number) {
    this.#source = source;
    this.#direction = direction;
    this.#weighNow = source.now[weigh];
    this.#weighBefore = source.before?.[weigh];
    this.#widths = (source.widthBy === 'now' ? this.#weighNow : this.#weighBefore) ?? this.#weighNow;
    this.#whole = whole;
    this.#groupOf = new Int32Array(source.tree.functions);
  }

  /** @param atRoot The level above is the root of everything, which bottom up stands below the leaves and not at one of them. */
  build(above: Level, atRoot: boolean): Level {
    if (this.#direction === 'down' && above.at.length === above.length && this.#whole > 0)
      return this.#buildPlain(above);
    const level = new LevelColumns(above.length, this.#most(above), this.#weighBefore !== undefined);
    for (let parent = 0; parent < above.length; parent += 1) {
      level.first[parent] = level.length;
      const entry = above.from[parent] ?? 0;
      const left = above.start[parent] ?? 0;
      if (!atRoot && (above.from[parent + 1] ?? 0) === entry + 1) {
        this.#placeOne(level, parent, left, above.at[entry] ?? 0, above.origin[entry] ?? 0);
      } else {
        this.#gather(above, parent, atRoot);
        this.#place(level, parent, left);
      }
    }
    level.first[above.length] = level.length;
    return level.finish();
  }

  /**
   * The same where each box stands at one node of the call tree, as all do top down. Its callees differ: nothing is to be grouped. In
   * one loop and not by calls, since a large profile has millions of boxes and somebody waits for them.
   */
  #buildPlain(above: Level): Level {
    const { tree } = this.#source;
    const widths = this.#widths;
    const level = new PlainColumns(above.length, this.#most(above), this.#weighBefore !== undefined);
    const { fn, parent, start, end, now, before } = level.columns;
    let length = 0;
    for (let box = 0; box < above.length; box += 1) {
      level.first[box] = length;
      const node = above.at[box] ?? 0;
      const from = tree.from[node] ?? 0;
      const count = (tree.from[node + 1] ?? 0) - from;
      const sorted = count > 1 ? this.#nodes.take(tree.children, from, count) : undefined;
      if (sorted) sortBy(sorted, widths, tree.fn);
      let left = above.start[box] ?? 0;
      for (let rank = 0; rank < count; rank += 1) {
        const child = (sorted ? sorted[rank] : tree.children[from]) ?? 0;
        const width = widths[child] ?? 0;
        if (!(width > 0)) break;
        level.at[length] = child;
        fn[length] = tree.fn[child] ?? 0;
        parent[length] = box;
        start[length] = left;
        left += width / this.#whole;
        end[length] = left;
        now[length] = this.#weighNow[child] ?? 0;
        if (this.#weighBefore) before[length] = this.#weighBefore[child] ?? 0;
        length += 1;
      }
    }
    level.first[above.length] = length;
    return level.finish(length, this.#countTo(length));
  }

  #countTo(length: number): Int32Array {
    if (this.#counting.length <= length) this.#counting = new Int32Array(length * 2 + 1).map((_, at) => at);
    return this.#counting;
  }

  /** Entries there can be at most. */
  #most({ at }: Level): number {
    if (this.#direction === 'up') return at.length;
    const { from } = this.#source.tree;
    let most = 0;
    for (let entry = 0; entry < at.length; entry += 1) {
      const node = at[entry] ?? 0;
      most += (from[node + 1] ?? 0) - (from[node] ?? 0);
    }
    return most;
  }

  /** A box at one node of the call tree, as most are: its callees differ, and it has one caller; nothing is to be grouped. */
  #placeOne(level: LevelColumns, parent: number, left: number, here: number, origin: number): void {
    const { tree } = this.#source;
    if (this.#direction === 'up') {
      const caller = tree.parent[here] ?? -1;
      if (caller >= 0) this.#put(level, parent, left, caller, origin);
      return;
    }
    const from = tree.from[here] ?? 0;
    const count = (tree.from[here + 1] ?? 0) - from;
    if (count === 0) return;
    if (count === 1) {
      const child = tree.children[from] ?? 0;
      this.#put(level, parent, left, child, child);
      return;
    }
    const nodes = this.#nodes.take(tree.children, from, count);
    sortBy(nodes, this.#widths, tree.fn);
    let start = left;
    for (let rank = 0; rank < count; rank += 1)
      start = this.#put(level, parent, start, nodes[rank] ?? 0, nodes[rank] ?? 0);
  }

  /** @returns Where it ends. */
  #put(level: LevelColumns, parent: number, start: number, at: number, origin: number): number {
    const width = this.#widths[origin] ?? 0;
    if (!(width > 0) || !(this.#whole > 0)) return start;
    const end = start + width / this.#whole;
    const fn = this.#source.tree.fn[at] ?? 0;
    const to = level.add(fn, parent, start, end, this.#weighNow[origin] ?? 0, this.#weighBefore?.[origin] ?? 0, 1);
    level.at[to] = at;
    level.origin[to] = origin;
    return end;
  }

  /** Groups what stands under a box by function. */
  #gather(above: Level, parent: number, atRoot: boolean): void {
    const { tree } = this.#source;
    this.#groups.length = 0;
    this.#entries.length = 0;
    for (let entry = above.from[parent] ?? 0; entry < (above.from[parent + 1] ?? 0); entry += 1) {
      const here = above.at[entry] ?? 0;
      if (this.#direction === 'down') {
        for (let index = tree.from[here] ?? 0; index < (tree.from[here + 1] ?? 0); index += 1) {
          const child = tree.children[index] ?? 0;
          this.#enter(child, child);
        }
      } else {
        const caller = atRoot ? here : (tree.parent[here] ?? -1);
        if (caller >= 0) this.#enter(caller, above.origin[entry] ?? 0);
      }
    }
    for (let group = 0; group < this.#groups.length; group += 1) this.#groupOf[this.#groups.fn[group] ?? 0] = 0;
  }

  #enter(at: number, origin: number): void {
    const now = this.#weighNow[origin] ?? 0;
    const before = this.#weighBefore?.[origin] ?? 0;
    const fn = this.#source.tree.fn[at] ?? 0;
    const known = this.#groupOf[fn] ?? 0;
    // Most of a filtered profile weighs nothing.
    if (known === 0 && now === 0 && before === 0) return;
    const group = known > 0 ? known - 1 : this.#groups.add(fn);
    this.#groupOf[fn] = group + 1;
    this.#groups.weigh(group, now, before);
    this.#entries.add(group, at, origin);
  }

  /** Puts the groups into the level, side by side, largest first. */
  #place(level: LevelColumns, parent: number, left: number): void {
    const groups = this.#groups;
    const entries = this.#entries;
    const widths = this.#source.widthBy === 'now' ? groups.now : groups.before;
    const order = groups.sort(widths);
    let start = left;
    for (let rank = 0; rank < groups.length; rank += 1) {
      const group = order[rank] ?? 0;
      const width = widths[group] ?? 0;
      if (!(width > 0) || !(this.#whole > 0)) continue;
      const end = start + width / this.#whole;
      const [fn, count] = [groups.fn[group] ?? 0, groups.count[group] ?? 0];
      groups.next[group] = level.add(fn, parent, start, end, groups.now[group] ?? 0, groups.before[group] ?? 0, count);
      start = end;
    }
    for (let entry = 0; entry < entries.length; entry += 1) {
      const group = entries.group[entry] ?? 0;
      const to = groups.next[group] ?? -1;
      if (to < 0) continue;
      level.at[to] = entries.at[entry] ?? 0;
      level.origin[to] = entries.origin[entry] ?? 0;
      groups.next[group] = to + 1;
    }
  }
}
