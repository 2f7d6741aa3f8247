import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { StackTable } from '../profile.ts';
import { PairTable } from './pair-table.ts';

const FIRST_NODES = 1024;

/** A node is parent, frame, its first child + 1, its next sibling + 1 (0: none): one cache line at most. */
const FIELDS = 4;
const FRAME = 1;
const CHILD = 2;
const SIBLING = 3;

/** Siblings that are looked through one by one; further ones are in a hash table, since a root may have a million. */
const FEW_SIBLINGS = 8;

/**
 * Finds or makes stacks by parent and frame. Nearly every stack has one child or none, which lies right behind it: with millions
 * of them looking there, and not into a hash table, spares most of the cache misses, which are what it costs.
 */
export class StackTree {
  #nodes: Int32Array;
  #size = 0;
  /** The outermost stack that was made first, + 1. */
  #firstRoot = 0;
  #crowd: PairTable | undefined;

  /** @param expected Nodes to make room for; it grows. */
  constructor(expected = FIRST_NODES) {
    this.#nodes = new Int32Array(Math.max(FIRST_NODES, expected) * FIELDS);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The stack where `frame` was called from stack `parent` (−1: from nowhere).
   * @throws ProfileError when there are more than LIMITS.stackNodes.
   */
  child(parent: number, frame: number): number {
    const nodes = this.#nodes;
    let last = 0;
    let found = (parent < 0 ? this.#firstRoot : nodes[parent * FIELDS + CHILD]) ?? 0;
    for (let seen = 0; found > 0; seen++) {
      if (nodes[(found - 1) * FIELDS + FRAME] === frame) return found - 1;
      if (seen === FEW_SIBLINGS) return this.#childInCrowd(parent, frame);
      last = found;
      found = nodes[(found - 1) * FIELDS + SIBLING] ?? 0;
    }
    const node = this.#add(parent, frame);
    if (last > 0) this.#nodes[(last - 1) * FIELDS + SIBLING] = node + 1;
    else if (parent < 0) this.#firstRoot = node + 1;
    else this.#nodes[parent * FIELDS + CHILD] = node + 1;
    return node;
  }

  #childInCrowd(parent: number, frame: number): number {
    this.#crowd ??= new PairTable();
    const known = this.#crowd.find(parent, frame);
    if (known >= 0) return known;
    const node = this.#add(parent, frame);
    this.#crowd.add(parent, frame, node);
    return node;
  }

  #add(parent: number, frame: number): number {
    const node = this.#size++;
    if (node >= LIMITS.stackNodes) throw tooLarge('stack frames', LIMITS.stackNodes, 'take a shorter profile');
    if (this.#size * FIELDS > this.#nodes.length) {
      const longer = new Int32Array(this.#nodes.length * 2);
      longer.set(this.#nodes);
      this.#nodes = longer;
    }
    this.#nodes[node * FIELDS] = parent;
    this.#nodes[node * FIELDS + FRAME] = frame;
    return node;
  }

  toTable(): StackTable {
    const parent = new Int32Array(this.#size);
    const frame = new Int32Array(this.#size);
    for (let node = 0; node < this.#size; node++) {
      parent[node] = this.#nodes[node * FIELDS] ?? 0;
      frame[node] = this.#nodes[node * FIELDS + FRAME] ?? 0;
    }
    return { parent, frame };
  }
}
