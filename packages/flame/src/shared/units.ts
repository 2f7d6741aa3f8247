/** A value with a unit people read: `1.24 s`, `3.1 MB`, `12,345`. Five significant signs at most. */
export function formatValue(value: number, unit: string): string {
  const scale = SCALES.get(unit);
  if (!scale) return `${formatCount(value)}${isCount(unit) ? '' : ` ${unit}`}`;
  const inBase = value * scale.toBase;
  const size = Math.abs(inBase);
  const step = scale.steps.find(([least]) => size >= least) ?? scale.steps.at(-1);
  return step ? `${toShort(inBase / step[1])} ${step[2]}` : String(value);
}

/** `12.3 %`; what is there but rounds to nothing is `<0.1 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  if (percent !== 0 && Math.abs(percent) < 0.05) return '<0.1 %';
  return `${percent.toFixed(1)} %`;
}

type Step = readonly [least: number, size: number, name: string];

const TIME: readonly Step[] = [
  [1e9, 1e9, 's'],
  [1e6, 1e6, 'ms'],
  [1e3, 1e3, 'µs'],
  [0, 1, 'ns'],
];
const BYTES: readonly Step[] = [
  [2 ** 30, 2 ** 30, 'GiB'],
  [2 ** 20, 2 ** 20, 'MiB'],
  [2 ** 10, 2 ** 10, 'KiB'],
  [0, 1, 'B'],
];

const SCALES: ReadonlyMap<string, { readonly toBase: number; readonly steps: readonly Step[] }> = new Map([
  ['nanoseconds', { toBase: 1, steps: TIME }],
  ['microseconds', { toBase: 1e3, steps: TIME }],
  ['milliseconds', { toBase: 1e6, steps: TIME }],
  ['seconds', { toBase: 1e9, steps: TIME }],
  ['bytes', { toBase: 1, steps: BYTES }],
]);

function isCount(unit: string): boolean {
  return unit === 'count' || unit === '';
}

function toShort(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
