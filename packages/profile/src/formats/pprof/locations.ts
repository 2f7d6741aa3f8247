import { StackTree } from '../../build/stack-tree.ts';
import type { Frame, Profile } from '../../profile.ts';
import { Writer } from './write.ts';

/** Turns stacks of frames into pprof's paths of locations: a frame with a call of its own and what is inlined into it are one. */
export class LocationTable {
  readonly #profile: Profile;
  /** Per stack, the node of {@link #runs} that ends with its frame: equal for equal runs. */
  readonly #runOf: Int32Array;
  /** Per stack, the stack its location was called from. */
  readonly #caller: Int32Array;
  readonly #ids: Int32Array;
  readonly #paths = new Map<number, Uint8Array>();
  readonly #writer = new Writer();
  /** The locations that paths named so far, id − 1 by id − 1; outermost frame first. */
  readonly used: (readonly Frame[])[] = [];

  constructor(profile: Profile) {
    this.#profile = profile;
    const { parent, frame } = profile.stacks;
    const runs = new StackTree();
    this.#runOf = new Int32Array(parent.length);
    this.#caller = new Int32Array(parent.length);
    for (let stack = 0; stack < parent.length; stack++) {
      const from = parent[stack] ?? -1;
      const index = frame[stack] ?? 0;
      const joins = from >= 0 && profile.frames[index]?.inlined === true;
      this.#runOf[stack] = runs.child(joins ? (this.#runOf[from] ?? -1) : -1, index);
      this.#caller[stack] = joins ? (this.#caller[from] ?? -1) : from;
    }
    this.#ids = new Int32Array(runs.size);
  }

  /** Ids of a stack's locations, innermost first, packed as the file has them. */
  path(stack: number): Uint8Array {
    const known = this.#paths.get(stack);
    if (known) return known;
    this.#writer.clear();
    for (let at = stack; at >= 0; at = this.#caller[at] ?? -1) this.#writer.varint(this.#idOf(at));
    const path = this.#writer.written.slice();
    this.#paths.set(stack, path);
    return path;
  }

  #idOf(stack: number): number {
    const run = this.#runOf[stack] ?? 0;
    const known = this.#ids[run] ?? 0;
    if (known > 0) return known;
    const { parent, frame } = this.#profile.stacks;
    const caller = this.#caller[stack] ?? -1;
    const frames: Frame[] = [];
    for (let at = stack; at !== caller && at >= 0; at = parent[at] ?? -1) {
      const one = this.#profile.frames[frame[at] ?? 0];
      if (one) frames.push(one);
    }
    const id = this.used.push(frames.reverse());
    this.#ids[run] = id;
    return id;
  }
}
