import type { VerdictJson } from '@holdup/model';

/** Every nanosecond is kept in the JSON; what is left is the rounding of doubles. */
const TOLERANCE_MS = 1e-6;

export interface Conservation {
  readonly checked: number;
  /** Trace ids of verdicts whose ledger does not add up to the wall time. */
  readonly broken: readonly string[];
}

/** Whether each ledger adds up to the wall time of its request. */
export function checkConservation(verdicts: readonly VerdictJson[]): Conservation {
  const broken = verdicts.filter(({ ledger, wallMs }) => {
    const sum = ledger.reduce((total, entry) => total + entry.ms, 0);
    return !(Math.abs(sum - wallMs) <= TOLERANCE_MS);
  });
  return { checked: verdicts.length, broken: broken.map(({ traceId }) => traceId) };
}
