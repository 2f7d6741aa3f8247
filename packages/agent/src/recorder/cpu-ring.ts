import type { CpuMark } from '@holdup/model';
import { toNs } from '../clock.ts';

/** Marks kept: 40 seconds of heartbeats. */
const CAPACITY = 1_024;
const MASK = CAPACITY - 1;

/** How much CPU time was used by when: a loop that was busy without it was given no turn by the machine. */
export class CpuRing {
  readonly #times = new Float64Array(CAPACITY);
  readonly #used = new Float64Array(CAPACITY);
  /** NaN: not known. */
  readonly #queued = new Float64Array(CAPACITY);
  #next = 0;

  /**
   * @param used CPU time so far
   * @param queued time so far in which the thread was ready to run without a processor; all in ms
   */
  mark(time: number, used: number, queued: number | undefined): void {
    const slot = this.#next++ & MASK;
    this.#times[slot] = time;
    this.#used[slot] = used;
    this.#queued[slot] = queued ?? Number.NaN;
  }

  /** From the last mark before `from`, ms, on. */
  marks(from: number): readonly CpuMark[] {
    const found: CpuMark[] = [];
    for (let i = this.#next - 1; i >= Math.max(0, this.#next - CAPACITY); i--) {
      const time = this.#times[i & MASK] ?? 0;
      const queued = this.#queued[i & MASK] ?? Number.NaN;
      found.push({
        at: toNs(time),
        used: toNs(this.#used[i & MASK] ?? 0),
        ...(Number.isNaN(queued) ? {} : { queued: toNs(queued) }),
      });
      if (time <= from) break;
    }
    return found.reverse();
  }
}
