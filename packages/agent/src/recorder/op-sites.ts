import type { Frame } from '@holdup/model';
import { framesOf } from '../watchdog/stack.ts';
import { takeRawStack } from './call-sites.ts';
import type { OpRecord } from './op-record.ts';

/** A stack costs 20 to 200 µs to take, most where it is seldom done: at 5 a second 0.1 % of the time at most. A service that is stuck begins few ops, and most have one. */
const EVERY_MS = 200;
/** Saved up while there were none, ms: the first 20 of a burst, of a service with little to do nearly all. */
const BURST_MS = 4_000;
/** While somebody looks: at most 2 %. */
const CLOSELY_EVERY_MS = 1;
/** Out of a compiled library and its wrappers to the handler. */
const MAX_FRAMES = 25;

/** Where ops begin in the host's code: taken of some of them, named only when an endpoint shows them. */
export class OpSites {
  /** Up to when the stacks that were taken have used up what may be taken. */
  #usedUntil = Number.NEGATIVE_INFINITY;
  #closelyUntil = Number.NEGATIVE_INFINITY;

  /** To be called as `op` begins, within what began it. */
  note(op: OpRecord): void {
    const { start } = op;
    if (start < this.#usedUntil) return;
    const each = start < this.#closelyUntil ? CLOSELY_EVERY_MS : EVERY_MS;
    this.#usedUntil = Math.max(this.#usedUntil, start - BURST_MS) + each;
    op.site = takeRawStack(this.note, MAX_FRAMES);
  }

  /** More of them until then: somebody will look. */
  watchClosely(until: number): void {
    this.#closelyUntil = Math.max(this.#closelyUntil, until);
    this.#usedUntil = Number.NEGATIVE_INFINITY;
  }
}

/** Innermost first; undefined when none was taken. Cold: names are looked up now. */
export function siteOf(op: OpRecord): readonly Frame[] | undefined {
  return op.site === undefined ? undefined : framesOf(op.site);
}
