import type { OpId } from '@holdup/model';
import type { DeepWindow } from '../deep/deep-window.ts';
import type { FrameRow } from '../deep/rows.ts';
import type { Cut } from '../recorder/cut.ts';
import type { OpRecord } from '../recorder/op-record.ts';
import { routeOf } from '../recorder/route.ts';

/** Where a wait began. */
export interface WaitStack {
  readonly frames: readonly FrameRow[];
  /** Taken of such a wait of another request of the same route. */
  readonly isOfAnother: boolean;
}

/** Stacks are taken of some waits only. Most waits of a route for the same thing begin in the same place: there is one of those, then. */
export class LikeWaits {
  readonly #window: DeepWindow;
  readonly #bySort = new Map<string, OpRecord>();
  #read = 0;

  constructor(window: DeepWindow) {
    this.#window = window;
  }

  stackOf(op: OpRecord, cut: Cut): WaitStack | undefined {
    const { stacks, sampled } = this.#window;
    const own = stacks.of(op.stack);
    if (own !== undefined) return { frames: own, isOfAnother: false };
    for (; this.#read < sampled.length; this.#read++) {
      const taken = sampled[this.#read];
      if (taken !== undefined) this.#bySort.set(sortOf(taken, cut), taken);
    }
    const frames = stacks.of(this.#bySort.get(sortOf(op, cut))?.stack ?? -1);
    return frames === undefined ? undefined : { frames, isOfAnother: true };
  }
}

function sortOf(op: OpRecord, cut: Cut): string {
  return `${routeOf(op.request)}\n${op.toOp('sort' as OpId, cut).name}`;
}
