import type { EsNode } from './syntax.ts';

export interface Value {
  /** `undefined`: decided elsewhere. */
  readonly value: string | number | boolean | undefined;
  readonly note?: string;
  /** Set from outside to what is not known: no fallback in the source holds. */
  readonly hidden?: boolean;
}

/** What is said of a value that the environment may replace. */
export const FALLBACK = 'unless set from outside';

export const UNKNOWN: Value = { value: undefined };

export const MS_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
};

export function literalValue(node: EsNode): Value {
  const value = node.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? { value } : UNKNOWN;
}

export function toNumber(inside: Value): Value {
  if (inside.value === undefined) return inside;
  const number = inside.value === '' ? Number.NaN : Number(inside.value);
  return Number.isNaN(number) ? UNKNOWN : { ...inside, value: number };
}

/** What parseInt and parseFloat look at: `5000ms` is 5000. */
export function leading(inside: Value): Value {
  return typeof inside.value === 'string'
    ? { ...inside, value: /^\s*[+-]?\d+(?:\.\d+)?/.exec(inside.value)?.[0] ?? '' }
    : inside;
}

export function arithmetic(operator: string, first: Value, second: Value): Value {
  if (first.hidden || second.hidden) return first.hidden ? first : second;
  // A plus joins texts; everything else makes numbers of them.
  const [left, right] = operator === '+' ? [first, second] : [toNumber(first), toNumber(second)];
  if (typeof left.value !== 'number' || typeof right.value !== 'number') return UNKNOWN;
  const [a, b] = [left.value, right.value];
  const value =
    operator === '*'
      ? a * b
      : operator === '+'
        ? a + b
        : operator === '-'
          ? a - b
          : operator === '/'
            ? a / b
            : undefined;
  const note = left.note ?? right.note;
  return value === undefined ? UNKNOWN : { value, ...(note === undefined ? {} : { note }) };
}
