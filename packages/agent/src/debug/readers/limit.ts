import type { LimitWire } from '../wire.ts';

/** Milliseconds, of which zero and infinity mean that there is no limit. @param why it may be unknown, should it be */
export function limit(setting: string, value: unknown, why = 'it is not where this version keeps it'): LimitWire {
  const ms = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof ms !== 'number' || Number.isNaN(ms)) return { setting, ms: 'unknown', why };
  return { setting, ms: ms > 0 && Number.isFinite(ms) ? ms : 'none' };
}

/** One that nobody set is none. */
export function optionalLimit(setting: string, value: unknown): LimitWire {
  return limit(setting, value === undefined || value === null || value === false ? 0 : value);
}

/** A count without an end is null: JSON has no infinity. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
