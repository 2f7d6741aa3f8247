import { BadQuery } from './answer.ts';

/** Milliseconds per unit, as Go's `time.ParseDuration` names them. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const WHOLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** `300ms`, `1.5s`, `1m30s`, `0`: as Go's `time.ParseDuration` reads it. Milliseconds; undefined: it is no duration. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const [, number, unit = ''] of text.matchAll(PART)) ms += Number(number) * (UNITS.get(unit) ?? Number.NaN);
  return text.startsWith('-') ? -ms : ms;
}

/**
 * A duration of a query, in milliseconds.
 * @throws BadQuery when it is none, negative, or longer than `maxMs`
 */
export function readDuration(query: URLSearchParams, name: string, maxMs: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const ms = parseGoDuration(text);
  const quoted = JSON.stringify(text.slice(0, 40));
  if (ms === undefined) throw new BadQuery(`${name}: ${quoted} is not a duration; write 10s, 1m30s or 250ms`);
  if (ms < 0) throw new BadQuery(`${name}: ${quoted} is negative; write 10s, 1m30s or 250ms`);
  if (ms > maxMs) throw new BadQuery(`${name}: ${quoted} is longer than ${maxMs / 1_000}s, the most there is`);
  return ms;
}
