import { nsToMs } from '@holdup/model';

/** For people: `0.4 ms`, `640 ms`, `3,007 ms`, `12.3 s`. Whole milliseconds from 10 ms on: more digits are noise. */
export function formatMs(ns: number): string {
  const ms = nsToMs(ns);
  if (ms === 0) return '0 ms';
  if (ms < 0.1) return 'under 0.1 ms';
  if (ms < 9.95) return `${ms.toFixed(1).replace(/\.0$/, '')} ms`;
  if (ms >= 9_999.5) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  return `${Math.round(ms)
    .toString()
    .replace(/(\d)(\d{3})$/, '$1,$2')} ms`;
}

/** `80 %` */
export function formatShare(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;
}

/** `1 call`, `3 calls` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
