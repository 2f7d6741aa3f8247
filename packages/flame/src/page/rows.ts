import { PairTable } from '@holdup/profile';

/** Samples of equal node and labels added up, with values of a profile and of the one compared with. */
export class Rows {
  readonly #ids = new PairTable();
  readonly #node: Int32Array;
  readonly #labels: Int32Array;
  readonly #values: readonly Float64Array[];
  #size = 0;

  /** @param most As many as there can be: the samples. @param columns Values of each. */
  constructor(most: number, columns: number) {
    this.#node = new Int32Array(most);
    this.#labels = new Int32Array(most);
    this.#values = Array.from({ length: columns }, () => new Float64Array(most));
  }

  /** Index of the row. @param node −1: an empty stack. */
  rowOf(node: number, labels: number): number {
    const known = this.#ids.find(node, labels);
    if (known >= 0) return known;
    const row = this.#size++;
    this.#ids.add(node, labels, row);
    this.#node[row] = node;
    this.#labels[row] = labels;
    return row;
  }

  add(row: number, column: number, value: number): void {
    const values = this.#values[column];
    if (values) values[row] = (values[row] ?? 0) + value;
  }

  /** In the order of the nodes: steps from one to the next are small then. @param nodes How many there are. */
  finish(nodes: number): { node: Int32Array; labels: Int32Array; values: Float64Array[] } {
    const next = new Int32Array(nodes + 2);
    for (let row = 0; row < this.#size; row++) bump(next, (this.#node[row] ?? 0) + 2);
    for (let node = 1; node < next.length; node++) next[node] = (next[node] ?? 0) + (next[node - 1] ?? 0);
    const order = new Int32Array(this.#size);
    for (let row = 0; row < this.#size; row++) {
      const bucket = (this.#node[row] ?? 0) + 1;
      order[next[bucket] ?? 0] = row;
      bump(next, bucket);
    }
    const sort = <Column extends Int32Array | Float64Array>(column: Column, sorted: Column): Column => {
      for (let at = 0; at < order.length; at++) sorted[at] = column[order[at] ?? 0] ?? 0;
      return sorted;
    };
    return {
      node: sort(this.#node, new Int32Array(order.length)),
      labels: sort(this.#labels, new Int32Array(order.length)),
      values: this.#values.map((column) => sort(column, new Float64Array(order.length))),
    };
  }
}

function bump(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
