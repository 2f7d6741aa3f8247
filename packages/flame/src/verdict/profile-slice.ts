import type { ProfileSlice } from '@holdup/model';
import { formatValue } from '../shared/units.ts';
import { readFrame, type Sink, toNs } from './sink.ts';

/**
 * What was seen in a request's own time: what the event loop ran, under whom it was for, and what the request waited for, under the
 * account of the wait.
 * @param root Stack of the request's route.
 */
export function addSlice(
  { cpu, waits }: ProfileSlice,
  root: number,
  { ran, waited }: Record<'ran' | 'waited', Sink>,
): void {
  for (const { ms, route, own, stack } of cpu) {
    const whom = own ? 'ran for itself' : route === undefined ? 'ran for nobody known' : `ran for ${route}`;
    addStack(ran, root, whom, ms, stack);
  }
  for (const { ms, account, stack } of waits) addStack(waited, root, `waited: ${account}`, ms, stack);
}

function addStack({ builder, add }: Sink, root: number, over: string, ms: number, stack: readonly string[]): void {
  const top = builder.stack(root, builder.frame({ name: over }));
  const leaf = [...stack]
    .reverse()
    .reduce((above, frame) => builder.stack(above, builder.frame(readFrame(frame))), top);
  add(leaf, toNs(ms));
}

/** Which part of the time it is, so that nobody takes what is missing for nothing. */
export function describeSlice({ fromMs, toMs, intervalMs, cpu, waits }: ProfileSlice, wallMs: number): string {
  const [from, to, wall, step] = [fromMs, toMs, wallMs, intervalMs].map((ms) => formatValue(toNs(ms), 'nanoseconds'));
  const kinds = `${cpu.length === 0 ? 'nothing was seen to run' : 'type “ran”: what the event loop ran'}; ${
    waits.length === 0 ? 'no stack of a wait is known' : 'type “waited”: the stacks that waited'
  }`;
  return `Looked closer from ${from} to ${to} of ${wall}, every ${step}, the largest stacks of each: ${kinds}.`;
}
