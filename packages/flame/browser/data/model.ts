import { type FrameText, FrameWriter, type FunctionFacts } from '../../src/shared/frame-text.ts';
import { factsOf, type Payload, type PayloadLabel } from '../../src/shared/payload.ts';
import {
  buildCallTree,
  type CallTree,
  type FunctionSums,
  sumFunctions,
  type Weights,
  weigh,
} from '../../src/view/call-tree.ts';
import { keepLabels } from '../../src/view/labels.ts';
import { orderByDepth } from '../../src/view/order.ts';
import { readQuery, sumMatches } from '../../src/view/search.ts';

/** What is weighed: a type of sample under some labels. */
export interface Weighed {
  readonly now: Weights;
  readonly before?: Weights;
}

export interface Matches {
  /** Per function: 1 when it matches. */
  readonly functions: Uint8Array;
  readonly count: number;
  /** What they and all they call sum to. */
  readonly sum: number;
}

/** The profile of the page, with what is worked out of it once. */
export class Model {
  readonly payload: Payload;
  readonly tree: CallTree;
  readonly functions: number;
  readonly compares: boolean;
  readonly #writer: FrameWriter;
  readonly #texts: FrameText[] = [];

  constructor(payload: Payload) {
    this.payload = orderByDepth(payload);
    this.tree = buildCallTree(this.payload);
    this.functions = payload.functions.name.length;
    this.compares = payload.baseValues.length > 0;
    this.#writer = new FrameWriter(payload.ownFolder);
  }

  factsOf(fn: number): FunctionFacts {
    return factsOf(this.payload.functions, fn);
  }

  /** −1: everything. */
  textOf(fn: number): FrameText {
    if (fn < 0) return { name: 'all', group: '', place: '', kind: 'state' };
    const known = this.#texts[fn];
    if (known) return known;
    const text = this.#writer.write(this.factsOf(fn));
    this.#texts[fn] = text;
    return text;
  }

  weigh(type: number, labels: readonly PayloadLabel[]): Weighed {
    const { payload, tree } = this;
    const keep = keepLabels(payload, labels);
    const now = weigh(tree, payload, payload.values[type] ?? [], keep);
    const base = payload.baseValues[type];
    return base ? { now, before: weigh(tree, payload, base, keep) } : { now };
  }

  sumFunctions(weights: Weights): FunctionSums {
    return sumFunctions(this.tree, weights, this.functions);
  }

  /** undefined: nothing is asked; a text: what is wrong with the query. */
  match(text: string, weights: Weights): Matches | string | undefined {
    const query = readQuery(text);
    if (!query) return undefined;
    if (!query.ok) return query.message;
    const functions = new Uint8Array(this.functions);
    let count = 0;
    for (let fn = 0; fn < this.functions; fn += 1) {
      const { name, place } = this.textOf(fn);
      if (!query.pattern.test(`${this.factsOf(fn).name} ${name} ${place}`)) continue;
      functions[fn] = 1;
      count += 1;
    }
    return { functions, count, sum: sumMatches(this.tree, weights, functions) };
  }
}
