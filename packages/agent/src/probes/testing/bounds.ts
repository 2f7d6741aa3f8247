import assert from 'node:assert/strict';
import type { Op } from '@holdup/model';
import type { Recorded } from './kit.ts';

/**
 * Client and server of a test share one event loop: when a busy machine stops it for a while, a stretch that was waited
 * for is seen too short as well as too long.
 */
const LEAST_SHARE = 0.5;
const LATE_MS = 450;

/** `actual` milliseconds are about what was asked for: enough to be told from its neighbours. */
export function assertAbout(actual: number | undefined, ms: number, what: string): void {
  assert.ok(actual !== undefined, `${what} is missing`);
  assert.ok(actual >= ms * LEAST_SHARE && actual <= ms + LATE_MS, `${what} took ${actual} ms, not about ${ms}`);
}

/** Phases are ordered and disjoint, cover the op without a gap, and only the last may be open. */
export function assertWhole(recorded: Recorded, op: Op): void {
  const end = op.end ?? recorded.recording.now;
  let cursor: number = op.start;
  for (const [index, phase] of op.phases.entries()) {
    assert.equal(phase.start, cursor, `${phase.account} follows its predecessor: ${JSON.stringify(op.phases)}`);
    if (phase.end === undefined) assert.equal(index, op.phases.length - 1, 'only the last phase is open');
    cursor = phase.end ?? end;
  }
  assert.equal(cursor, end, `phases end with the op: ${JSON.stringify(op)}`);
}

/** Accounts of an op's phases in order, adjacent equal ones merged. */
export function accountsOf(op: Op): string[] {
  return op.phases.map((phase) => phase.account).filter((account, index, all) => account !== all[index - 1]);
}
