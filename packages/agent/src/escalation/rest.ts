/** One closer look lasts this long: some late requests of a second or two fit into it. Milliseconds. */
export const WINDOW_MS = 5_000;

/** Looking closer takes at most this share of the time. */
const MAX_SHARE = 0.1;

/** Turning the profiler on stops the main thread: at most this share of the time. */
const MAX_START_SHARE = 0.001;

/** One late request may be an accident: so many within {@link RECENT_MS} are not. */
const LATE_ENOUGH = 2;
const RECENT_MS = 10_000;

/** When to look closer, and when not again yet. Milliseconds of one clock. */
export class Rest {
  #notBefore = Number.NEGATIVE_INFINITY;
  /** The latest late requests, oldest first. */
  #late: number[] = [];

  late(time: number): void {
    this.#late.push(time);
    if (this.#late.length > LATE_ENOUGH) this.#late.shift();
  }

  isDue(time: number): boolean {
    const [oldest] = this.#late;
    return (
      time >= this.#notBefore && this.#late.length === LATE_ENOUGH && oldest !== undefined && time - oldest <= RECENT_MS
    );
  }

  /** A look began. @param tookMs for how long turning it on stopped the main thread */
  began(time: number, tookMs: number): void {
    this.#notBefore = time + Math.max(WINDOW_MS / MAX_SHARE, tookMs / MAX_START_SHARE);
    this.#late = [];
  }
}
