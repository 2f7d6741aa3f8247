import { isSearchText } from '../shop/search-text.ts';

/** Rounded to a letter it stays above a second: over the budget, and nothing anybody likes to wait for. */
const WANTED_MS = 1_500;
/** Below this a measurement is mostly the compiler's. */
const TRUSTED_MS = 60;
/** The least of several is free of what other processes took. */
const TRIES = 3;

/** A word the search box of the shop thinks about for `WANTED_MS` on this machine: every letter doubles the time. */
export function findLongWord(): string {
  for (let length = 16; ; length++) {
    const ms = Math.min(...Array.from({ length: TRIES }, () => timeSearchText(`${'a'.repeat(length)}!`)));
    if (ms >= TRUSTED_MS) return 'a'.repeat(length + Math.round(Math.log2(WANTED_MS / ms)));
  }
}

function timeSearchText(text: string): number {
  const start = performance.now();
  isSearchText(text);
  return performance.now() - start;
}
