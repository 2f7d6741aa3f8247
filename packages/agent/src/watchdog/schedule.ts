import { BLOCKED_AFTER_MS } from './timing.ts';

/** Milliseconds since the last beat. Early ones lie close: most blocks are short, and each should have its stack. */
const SAMPLE_AT_MS = [BLOCKED_AFTER_MS, 250, 500] as const;

/** Afterwards this far apart: a request whose deadline passes within a block must have its verdict within 1 s. */
const SAMPLE_EVERY_MS = 750;

/** Part of all time that samples may take from the main thread. */
const BUDGET_SHARE = 0.05;

/** Unused budget kept: enough for a few verdicts made inside one block after a quiet time. */
const BUDGET_CAP_MS = 100;

/** Decides when to sample: at growing distances within one block, and never beyond the budget. */
export class SampleSchedule {
  #budgetMs = BUDGET_CAP_MS;
  #budgetAt: number;
  #taken = 0;

  /** @param now milliseconds of any monotonic clock, the same for all calls. */
  constructor(now: number) {
    this.#budgetAt = now;
  }

  startBlock(): void {
    this.#taken = 0;
  }

  /** @param blockedMs since the last beat. */
  isDue(blockedMs: number, now: number): boolean {
    this.#budgetMs = Math.min(BUDGET_CAP_MS, this.#budgetMs + (now - this.#budgetAt) * BUDGET_SHARE);
    this.#budgetAt = now;
    return blockedMs >= this.#nextAt() && this.#budgetMs > 0;
  }

  /** A sample is on its way; the moments that passed meanwhile are not made up for. */
  take(blockedMs: number): void {
    do this.#taken++;
    while (this.#nextAt() <= blockedMs);
  }

  /** What a sample cost the main thread, in milliseconds. */
  spend(ms: number): void {
    this.#budgetMs -= ms;
  }

  #nextAt(): number {
    return SAMPLE_AT_MS[this.#taken] ?? (this.#taken - SAMPLE_AT_MS.length + 1) * SAMPLE_EVERY_MS + SAMPLE_AT_MS[2];
  }
}
