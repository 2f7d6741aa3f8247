import { isSearchText } from '../shop/search-text.ts';

/** Long enough to be over the budget on a machine that is twice as fast as it was a moment ago. */
const WANTED_MS = 1_500;
/** Below this a measurement is mostly the compiler's and the scheduler's. */
const TRUSTED_MS = 60;

/** A word the search box of the shop thinks about for `WANTED_MS` on this machine: every letter doubles the time. */
export function findLongWord(): string {
  for (let length = 16; ; length++) {
    const start = performance.now();
    isSearchText(`${'a'.repeat(length)}!`);
    const ms = performance.now() - start;
    if (ms >= TRUSTED_MS) return 'a'.repeat(length + Math.round(Math.log2(WANTED_MS / ms)));
  }
}
