import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { StackTable } from '../profile.ts';
import { PairTable } from './pair-table.ts';

const FIRST_NODES = 1024;

/** What looking for a child reads of a node, side by side: frame, first child + 1, next sibling + 1 (0: none). */
const FIELDS = 3;
const CHILD = 1;
const SIBLING = 2;

/** Siblings that are looked through one by one; further ones are in a hash table, since a root may have a million. */
const FEW_SIBLINGS = 8;

/**
 * Finds or makes stacks by parent and frame. Nearly every stack has one child or none, which lies right behind it: with millions
 * of them looking there, and not into a hash table, spares most of the cache misses, which are what it costs.
 */
export class StackTree {
  #nodes: Int32Array;
  /** The columns of the table, which are only written here. */
  #parent: Int32Array;
  #frame: Int32Array;
  #size = 0;
  /** The outermost stack that was made first, + 1. */
  #firstRoot = 0;
  #crowd: PairTable | undefined;

  /** @param expected Nodes to make room for; it grows. */
  constructor(expected = FIRST_NODES) {
    const room = Math.max(FIRST_NODES, expected);
    this.#nodes = new Int32Array(room * FIELDS);
    this.#parent = new Int32Array(room);
    this.#frame = new Int32Array(room);
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
      if (nodes[(found - 1) * FIELDS] === frame) return found - 1;
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
    if (this.#size > this.#parent.length) {
      this.#nodes = doubled(this.#nodes);
      this.#parent = doubled(this.#parent);
      this.#frame = doubled(this.#frame);
    }
    this.#nodes[node * FIELDS] = frame;
    this.#parent[node] = parent;
    this.#frame[node] = frame;
    return node;
  }

  toTable(): StackTable {
    return { parent: this.#parent.slice(0, this.#size), frame: this.#frame.slice(0, this.#size) };
  }
}

function doubled(column: Int32Array): Int32Array {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}
