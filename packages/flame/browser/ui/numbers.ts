import { formatShare, formatValue } from '../../src/shared/units.ts';
import type { ViewNode } from '../../src/view/view-tree.ts';
import type { App } from '../app.ts';

/** `1.24 s (12.3 %)`; comparing: what it was, what it is, and the difference in points. */
export function describeAmount(app: App, now: number, before: number): string {
  const { weighed, unit } = app;
  const text = `${formatValue(now, unit)} (${formatShare(now, weighed.now.sum)})`;
  if (!weighed.before) return text;
  const was = `${formatValue(before, unit)} (${formatShare(before, weighed.before.sum)})`;
  const points = (ratio(now, weighed.now.sum) - ratio(before, weighed.before.sum)) * 100;
  const sign = points > 0 ? '+' : points < 0 ? '−' : '±';
  return `${was} → ${text}, ${sign}${Math.abs(points).toFixed(1)} points`;
}

/** What was seen just in a box's own function there. */
export function selfOf(app: App, node: ViewNode): { readonly now: number; readonly before: number } {
  const add = (self: Float64Array | undefined): number =>
    self ? node.at.reduce((sum, at) => sum + (self[at] ?? 0), 0) : 0;
  return { now: add(app.weighed.now.self), before: add(app.weighed.before?.self) };
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
