import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { StackTable } from '../profile.ts';

const FREE = 0;
const FIRST_NODES = 1024;
/** Odd, with well spread bits (from the golden ratio and from MurmurHash3). */
const MIX_PARENT = 0x9e3779b1;
const MIX_FRAME = 0x85ebca6b;
/** Two cache lines of slots; a table that is half full rarely needs four. */
const NEIGHBOURS = 32;

/**
 * Finds or makes stacks by parent and frame: an open hash table over pairs that lie side by side, since with millions of stacks
 * what costs is cache misses.
 */
export class StackTree {
  /** Parent and frame of node i at 2i and 2i + 1. */
  #pairs: Int32Array;
  /** Node + 1, or FREE. Twice to four times as many as nodes. */
  #slots: Int32Array;
  #size = 0;

  /** @param expected Nodes to make room for; it grows. */
  constructor(expected = FIRST_NODES) {
    const nodes = 2 ** Math.ceil(Math.log2(Math.max(FIRST_NODES, expected)));
    this.#pairs = new Int32Array(nodes * 2);
    this.#slots = new Int32Array(nodes * 2);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The stack where `frame` was called from stack `parent` (−1: from nowhere).
   * @throws ProfileError when there are more than LIMITS.stackNodes.
   */
  child(parent: number, frame: number): number {
    const slots = this.#slots;
    const pairs = this.#pairs;
    const mask = slots.length - 1;
    let slot = hashPair(parent, frame) & mask;
    for (let probes = 0; ; probes++) {
      const found = slots[slot] ?? FREE;
      if (found === FREE) return this.#add(slot, parent, frame);
      const pair = (found - 1) * 2;
      if (pairs[pair] === parent && pairs[pair + 1] === frame) return found - 1;
      slot = (slot + step(probes, parent, frame)) & mask;
    }
  }

  #add(slot: number, parent: number, frame: number): number {
    const node = this.#size;
    if (node >= LIMITS.stackNodes) throw tooLarge('stack frames', LIMITS.stackNodes, 'take a shorter profile');
    this.#pairs[node * 2] = parent;
    this.#pairs[node * 2 + 1] = frame;
    this.#slots[slot] = node + 1;
    this.#size = node + 1;
    if (this.#size * 2 === this.#pairs.length) this.#grow();
    return node;
  }

  #grow(): void {
    const pairs = new Int32Array(this.#pairs.length * 2);
    pairs.set(this.#pairs);
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let node = 0; node < this.#size; node++) {
      const parent = pairs[node * 2] ?? 0;
      const frame = pairs[node * 2 + 1] ?? 0;
      let slot = hashPair(parent, frame) & mask;
      for (let probes = 0; slots[slot] !== FREE; probes++) slot = (slot + step(probes, parent, frame)) & mask;
      slots[slot] = node + 1;
    }
    this.#pairs = pairs;
    this.#slots = slots;
  }

  toTable(): StackTable {
    const parent = new Int32Array(this.#size);
    const frame = new Int32Array(this.#size);
    for (let node = 0; node < this.#size; node++) {
      parent[node] = this.#pairs[node * 2] ?? 0;
      frame[node] = this.#pairs[node * 2 + 1] ?? 0;
    }
    return { parent, frame };
  }
}

function hashPair(parent: number, frame: number): number {
  const mixed = Math.imul(parent + 1, MIX_PARENT) ^ Math.imul(frame + 1, MIX_FRAME);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Neighbours share a cache line; once many are taken, somebody chose pairs that collide: go on by another hash of the pair. */
function step(probes: number, parent: number, frame: number): number {
  return probes < NEIGHBOURS ? 1 : Math.imul(parent, MIX_FRAME) + frame * 2 + 1;
}
