import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { StackTable } from '../profile.ts';
import { PairTable } from './pair-table.ts';

const FIRST_NODES = 1024;

/**
 * Finds or makes stacks by parent and frame. A stack is made frame by frame, so that nearly every node's first child lies right
 * behind it and is found by looking there: with millions of nodes the cache misses of a hash table are what it would cost. Only
 * children that lie elsewhere are in one; no more than there are leaves.
 */
export class StackTree {
  #parent: Int32Array;
  #frame: Int32Array;
  #size = 0;
  readonly #elsewhere = new PairTable();

  /** @param expected Nodes to make room for; it grows. */
  constructor(expected = 0) {
    const room = Math.min(Math.max(FIRST_NODES, expected), LIMITS.stackNodes);
    this.#parent = new Int32Array(room);
    this.#frame = new Int32Array(room);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The stack where `frame` was called from stack `parent`, one of this tree's (−1: from nowhere).
   * @throws ProfileError when there are more than LIMITS.stackNodes.
   */
  child(parent: number, frame: number): number {
    const behind = parent + 1;
    if (behind === this.#size) return this.#add(parent, frame);
    const isChild = this.#parent[behind] === parent;
    if (isChild && this.#frame[behind] === frame) return behind;
    const known = this.#elsewhere.find(parent, frame);
    if (known >= 0) return known;
    this.#elsewhere.add(parent, frame, this.#size);
    return this.#add(parent, frame);
  }

  #add(parent: number, frame: number): number {
    const node = this.#size;
    if (node === this.#parent.length) {
      if (node >= LIMITS.stackNodes) throw tooLarge('stack frames', LIMITS.stackNodes, 'take a shorter profile');
      this.#parent = doubled(this.#parent);
      this.#frame = doubled(this.#frame);
    }
    this.#parent[node] = parent;
    this.#frame[node] = frame;
    this.#size = node + 1;
    return node;
  }

  /** The nodes so far. No copy: room that was never written takes no memory. */
  toTable(): StackTable {
    return { parent: this.#parent.subarray(0, this.#size), frame: this.#frame.subarray(0, this.#size) };
  }
}

function doubled(column: Int32Array): Int32Array {
  const longer = new Int32Array(Math.min(column.length * 2, LIMITS.stackNodes));
  longer.set(column);
  return longer;
}
