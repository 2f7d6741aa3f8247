/** The agent beats this often: 25 wake-ups a second, 0.1 to 0.2 % of a core. */
export const BEAT_MS = 40;

/**
 * A beat this late is a block. Below it lie scheduling noise of busy machines and ordinary collection pauses, and no
 * deadline is missed by so little that this alone explains it.
 */
export const LATE_MS = 60;

/**
 * A look at the running code takes 0.1 to 0.3 ms of the main thread: at most 2 % as long as it goes on. What is shorter
 * than 15 ms is seldom in a profile with a sample every 10 ms.
 */
export const TICK_MS = 15;

/** Silence after the last beat from which on the main thread counts as blocked. */
export const BLOCKED_AFTER_MS = BEAT_MS + LATE_MS;
