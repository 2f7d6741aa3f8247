import type { Limit } from './hop.ts';

type Units = Readonly<Record<string, number>>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const GO: Units = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: SECOND, m: MINUTE, h: HOUR };
const NGINX: Units = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, M: 30 * DAY, y: 365 * DAY };
const HAPROXY: Units = { us: 1e-3, ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const POSTGRES: Units = { us: 1e-3, ms: 1, s: SECOND, min: MINUTE, h: HOUR, d: DAY };

/** Milliseconds; `undefined`: not a duration of that format. */
type Duration = number | undefined;

/** `1m 30s`, `90`, `500ms`: a bare number is seconds. nginx.org/en/docs/syntax.html */
export function parseNginxDuration(text: string): Duration {
  return parseParts(text, NGINX, SECOND);
}

/** `30s`, `1m30s`, `1.5h`; only `0` may go without a unit, unless the format says what a bare number is. pkg.go.dev/time#ParseDuration */
export function parseGoDuration(text: string, bareUnit?: 's' | 'ms' | 'ns'): Duration {
  if (text.trim() === '0') return 0;
  return parseParts(text, GO, bareUnit === undefined ? undefined : GO[bareUnit]);
}

/** Caddy: Go's, and `d` for days. */
export function parseCaddyDuration(text: string): Duration {
  if (text.trim() === '0') return 0;
  return parseParts(text, { ...GO, d: DAY }, undefined);
}

/** `30s`, `5000`: a bare number is milliseconds. */
export function parseHaproxyDuration(text: string): Duration {
  return /^\d+(?:us|ms|s|m|h|d)?$/.test(text) ? parseParts(text, HAPROXY, 1) : undefined;
}

/** `0.25s`: protobuf's JSON form, as Envoy and Istio write it; Istio also takes Go's. */
export function parseProtoDuration(text: string): Duration {
  return parseParts(text, GO, undefined) ?? (text.trim() === '0' ? 0 : undefined);
}

/** `5s`, `'30 min'`, `5000`: a bare number counts in the setting's own unit. */
export function parsePostgresDuration(text: string, bareUnitMs: number): Duration {
  return parseParts(text, POSTGRES, bareUnitMs);
}

export function secondsOf(text: string): Duration {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) && number >= 0 ? number * SECOND : undefined;
}

/** Numbers with units, each used once at most a part; the whole text must be one. */
function parseParts(text: string, units: Units, bareMs: number | undefined): Duration {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return bareMs === undefined ? undefined : Number(trimmed) * bareMs;
  const parts = trimmed.match(/\d+(?:\.\d*)?\s*[a-zA-Zµμ]+/g);
  if (!parts || parts.join('').replaceAll(/\s/g, '') !== trimmed.replaceAll(/\s/g, '')) return undefined;
  let total = 0;
  for (const part of parts) {
    const [, number, unit] = /^([\d.]+)\s*(.+)$/.exec(part) ?? [];
    const size = unit === undefined ? undefined : units[unit];
    if (size === undefined) return undefined;
    total += Number(number) * size;
  }
  // Sub-microsecond dust from fractions.
  return Math.round(total * 1000) / 1000;
}

/** For people: `800 ms`, `5 s`, `1.5 s`, `5 min`, `1 h`. */
export function showLimit(limit: Limit): string {
  if (limit === 'none') return 'no limit';
  if (limit === 'unknown') return 'unknown';
  if (limit < SECOND) return `${trimNumber(limit)} ms`;
  if (limit < 2 * MINUTE || limit % MINUTE !== 0) return `${trimNumber(limit / SECOND)} s`;
  if (limit % HOUR !== 0) return `${trimNumber(limit / MINUTE)} min`;
  return `${trimNumber(limit / HOUR)} h`;
}

function trimNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
