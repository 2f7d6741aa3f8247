/** Siblings sorted in place, one by one; more of them by the language's own sort. */
const FEW_SIBLINGS = 16;

/** Functions under one box. */
export class Groups {
  length = 0;
  fn: Int32Array;
  count: Int32Array;
  now: Float64Array;
  before: Float64Array;
  /** Where the next of its entries goes in the level; −1: it is not drawn. */
  next: Int32Array;
  #order: Int32Array;

  constructor(room: number) {
    this.fn = new Int32Array(room);
    this.count = new Int32Array(room);
    this.now = new Float64Array(room);
    this.before = new Float64Array(room);
    this.next = new Int32Array(room);
    this.#order = new Int32Array(room);
  }

  add(fn: number): number {
    const group = this.length;
    if (group === this.fn.length) this.#grow();
    this.length += 1;
    this.fn[group] = fn;
    this.count[group] = 0;
    this.now[group] = 0;
    this.before[group] = 0;
    this.next[group] = -1;
    return group;
  }

  weigh(group: number, now: number, before: number): void {
    this.count[group] = (this.count[group] ?? 0) + 1;
    this.now[group] = (this.now[group] ?? 0) + now;
    this.before[group] = (this.before[group] ?? 0) + before;
  }

  /** Largest first. */
  sort(widths: Float64Array): Int32Array {
    const order = this.#order.subarray(0, this.length);
    for (let group = 0; group < order.length; group += 1) order[group] = group;
    sortBy(order, widths, this.fn);
    return order;
  }

  #grow(): void {
    const room = this.fn.length * 2;
    this.fn = lengthen(this.fn, new Int32Array(room));
    this.count = lengthen(this.count, new Int32Array(room));
    this.now = lengthen(this.now, new Float64Array(room));
    this.before = lengthen(this.before, new Float64Array(room));
    this.next = lengthen(this.next, new Int32Array(room));
    this.#order = new Int32Array(room);
  }
}

/** Sorts in place by weight, largest first; of equals the function that came first in the profile. */
export function sortBy(order: Int32Array, weight: Float64Array, fn: ArrayLike<number>): void {
  if (order.length > FEW_SIBLINGS) {
    order.sort((one, other) => (weight[other] ?? 0) - (weight[one] ?? 0) || (fn[one] ?? 0) - (fn[other] ?? 0));
    return;
  }
  for (let at = 1; at < order.length; at += 1) {
    const item = order[at] ?? 0;
    const itsWeight = weight[item] ?? 0;
    let to = at;
    for (; to > 0; to -= 1) {
      const left = order[to - 1] ?? 0;
      const leftWeight = weight[left] ?? 0;
      if (leftWeight > itsWeight || (leftWeight === itsWeight && (fn[left] ?? 0) < (fn[item] ?? 0))) break;
      order[to] = left;
    }
    order[to] = item;
  }
}

/** A list that is sorted and forgotten. */
export class Scratch {
  #list = new Int32Array(64);

  take(column: Int32Array, from: number, count: number): Int32Array {
    if (count > this.#list.length) this.#list = new Int32Array(count * 2);
    const list = this.#list.subarray(0, count);
    for (let at = 0; at < count; at += 1) list[at] = column[from + at] ?? 0;
    return list;
  }
}

/** Nodes of the call tree under one box, each with its group. */
export class Entries {
  length = 0;
  group: Int32Array;
  at: Int32Array;
  origin: Int32Array;

  constructor(room: number) {
    this.group = new Int32Array(room);
    this.at = new Int32Array(room);
    this.origin = new Int32Array(room);
  }

  add(group: number, at: number, origin: number): void {
    if (this.length === this.at.length) {
      const room = this.length * 2;
      this.group = lengthen(this.group, new Int32Array(room));
      this.at = lengthen(this.at, new Int32Array(room));
      this.origin = lengthen(this.origin, new Int32Array(room));
    }
    this.group[this.length] = group;
    this.at[this.length] = at;
    this.origin[this.length] = origin;
    this.length += 1;
  }
}

function lengthen<Column extends Int32Array | Float64Array>(old: Column, longer: Column): Column {
  longer.set(old);
  return longer;
}
