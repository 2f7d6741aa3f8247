/** Samples of equal node and labels added up, with values of a profile and of the one compared with. */
export class Rows {
  readonly #node: Int32Array;
  readonly #labels: Int32Array;
  readonly #values: readonly Float64Array[];
  #size = 0;

  /** @param samples How many there will be. @param columns Values of each. */
  constructor(samples: number, columns: number) {
    this.#node = new Int32Array(samples);
    this.#labels = new Int32Array(samples);
    this.#values = Array.from({ length: columns }, () => new Float64Array(samples));
  }

  /** Index of the sample. @param node −1: an empty stack. */
  add(node: number, labels: number): number {
    const sample = this.#size++;
    this.#node[sample] = node;
    this.#labels[sample] = labels;
    return sample;
  }

  set(sample: number, column: number, value: number): void {
    const values = this.#values[column];
    if (values) values[sample] = value;
  }

  /**
   * In the order of the nodes: steps from one to the next are small then. Samples of one node lie side by side once sorted, so that equal
   * labels are found by one look, without a table of all pairs.
   * @param nodes How many there are. @param labelSets As many.
   */
  finish(nodes: number, labelSets: number): { node: Int32Array; labels: Int32Array; values: Float64Array[] } {
    const node = new Int32Array(this.#size);
    const labels = new Int32Array(this.#size);
    const values = this.#values.map(() => new Float64Array(this.#size));
    /** Per label set, the last row with it. */
    const rowOf = new Int32Array(labelSets).fill(-1);
    let rows = 0;
    for (const sample of this.#sortByNode(nodes)) {
      const its = this.#labels[sample] ?? 0;
      let row = rowOf[its] ?? -1;
      if (row < 0 || node[row] !== this.#node[sample]) {
        row = rows++;
        node[row] = this.#node[sample] ?? 0;
        labels[row] = its;
        rowOf[its] = row;
      }
      values.forEach((column, at) => {
        column[row] = (column[row] ?? 0) + (this.#values[at]?.[sample] ?? 0);
      });
    }
    const cut = values.map((column) => column.slice(0, rows));
    return { node: node.slice(0, rows), labels: labels.slice(0, rows), values: cut };
  }

  /** Samples of one node in the order in which they came. */
  #sortByNode(nodes: number): Int32Array {
    const next = new Int32Array(nodes + 2);
    for (let sample = 0; sample < this.#size; sample++) bump(next, (this.#node[sample] ?? 0) + 2);
    for (let node = 1; node < next.length; node++) next[node] = (next[node] ?? 0) + (next[node - 1] ?? 0);
    const order = new Int32Array(this.#size);
    for (let sample = 0; sample < this.#size; sample++) {
      const bucket = (this.#node[sample] ?? 0) + 1;
      order[next[bucket] ?? 0] = sample;
      bump(next, bucket);
    }
    return order;
  }
}

function bump(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
