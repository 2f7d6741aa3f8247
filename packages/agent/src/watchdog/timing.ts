/** The agent beats this often: 25 wake-ups a second, 0.1 to 0.2 % of a core. */
export const BEAT_MS = 40;

/**
 * A beat this late is a block. Below it lie scheduling noise of busy machines and ordinary collection pauses, and no
 * deadline is missed by so little that this alone explains it.
 */
export const LATE_MS = 60;

/** Silence after the last beat from which on the main thread counts as blocked. */
export const BLOCKED_AFTER_MS = BEAT_MS + LATE_MS;
