import type { ProfileBuilder } from '@holdup/profile';

const NS_PER_MS = 1e6;

/** Where the stacks of one sort of sample go. */
export interface Sink {
  readonly builder: ProfileBuilder;
  add(stack: number, ns: number): void;
}

/** `render (src/render.ts:12)`, as verdicts write their frames. */
export function readFrame(text: string): { name: string; file?: string; line?: number } {
  const open = text.lastIndexOf(' (');
  if (open < 0 || !text.endsWith(')')) return { name: text };
  const place = text.slice(open + 2, -1);
  const colon = place.lastIndexOf(':');
  const line = colon < 0 ? Number.NaN : Number(place.slice(colon + 1));
  if (!Number.isInteger(line)) return { name: text.slice(0, open), file: place };
  return { name: text.slice(0, open), file: place.slice(0, colon), line };
}

export function toNs(ms: number): number {
  return Math.max(0, Math.round(ms * NS_PER_MS));
}
