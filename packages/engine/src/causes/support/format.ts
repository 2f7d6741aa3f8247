import { nsToMs } from '@holdup/model';

/** For people: `0.4 ms`, `640 ms`, `3,007 ms`, `12.3 s`. Whole milliseconds from 10 ms on: more digits are noise. */
export function formatMs(ns: number): string {
  const ms = nsToMs(ns);
  if (ms === 0) return '0 ms';
  if (ms < 0.1) return 'under 0.1 ms';
  if (ms < 9.95) return `${oneDigit(ms)} ms`;
  if (ms >= 9_999.5) return `${oneDigit(ms / 1000)} s`;
  const whole = Math.round(ms).toString();
  return `${whole.length > 3 ? `${whole.slice(0, -3)},${whole.slice(-3)}` : whole} ms`;
}

/** `1.5`, `2` */
function oneDigit(value: number): string {
  const text = value.toFixed(1);
  return text.endsWith('.0') ? text.slice(0, -2) : text;
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

/** `812 bytes`, `64 KB`, `1.5 MB`: thousands, as file managers and network tools count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${short(bytes / 1e3)} KB` : `${short(bytes / 1e6)} MB`;
}

function short(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace('.0', '') : value.toFixed(0);
}
