import { isSearchText } from '../shop/search-text.ts';

/** Over the budget also where the measurement was half as slow again as the machine can be. */
const LEAST_MS = 1_300;
/** Below this a measurement is mostly the compiler's. */
const TRUSTED_MS = 60;
/** The least of several is free of what shared the processor. */
const TRIES = 3;

/** A word the search box of the shop thinks about for one to two times `LEAST_MS`: every letter doubles the time. */
export function findLongWord(): string {
  for (let length = 16; ; length++) {
    const ms = Math.min(...Array.from({ length: TRIES }, () => timeSearchText(`${'a'.repeat(length)}!`)));
    if (ms >= TRUSTED_MS) return 'a'.repeat(length + Math.ceil(Math.log2(LEAST_MS / ms)));
  }
}

/** Milliseconds of processor time: on a busy machine the clock on the wall says little. */
function timeSearchText(text: string): number {
  const before = process.cpuUsage();
  isSearchText(text);
  return process.cpuUsage(before).user / 1_000;
}
