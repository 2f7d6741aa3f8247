import { firstEndingAfter } from '../partition/cut.ts';

/** Half-open interval of nanoseconds. Lists of spans are ordered and disjoint unless said otherwise. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function lengthOf(spans: readonly Span[]): number {
  let sum = 0;
  for (const span of spans) sum += span.end - span.start;
  return sum;
}

/** An ordered, disjoint list that covers the same instants as any list. */
export function unite(spans: readonly Span[]): readonly Span[] {
  if (isUnited(spans)) return spans;
  const out: { start: number; end: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (span.end <= span.start) continue;
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else out.push({ start: span.start, end: span.end });
  }
  return out;
}

function isUnited(spans: readonly Span[]): boolean {
  let cursor = Number.NEGATIVE_INFINITY;
  for (const { start, end } of spans) {
    if (start <= cursor || end <= start) return false;
    cursor = end;
  }
  return true;
}

/** The parts inside `[start, end)`. */
export function clip(spans: readonly Span[], start: number, end: number): Span[] {
  const out: Span[] = [];
  if (end <= start) return out;
  for (let i = firstEndingAfter(spans, start); i < spans.length; i++) {
    const span = spans[i];
    if (span === undefined || span.start >= end) break;
    out.push({ start: Math.max(start, span.start), end: Math.min(end, span.end) });
  }
  return out;
}
