import { type FrameFacts, type Profile, ProfileBuilder } from '@holdup/profile';
import type { WaitRow } from '../deep/rows.ts';
import { headerOf } from './cpu-profile.ts';
import type { Sources } from './source-maps.ts';
import { addStack, frameOfRow, labelsOf, noteFrame } from './stack-frames.ts';
import type { WindowData } from './window-data.ts';

const NS_PER_MS = 1e6;

/** One stretch of waiting by one stack. */
interface Wait {
  readonly frames: readonly FrameFacts[];
  readonly account: string;
  readonly resource: string;
  readonly request: number;
  readonly isOpen: boolean;
  readonly count: number;
  readonly ms: number;
}

/**
 * Waits by the stack that waited, as Go's block profile has them: how often, how long. Other than there, waits that still go on
 * are in it too, with the label `state` = `waiting`: in a service that is stuck they are all there is.
 */
export function makeBlockProfile(data: WindowData, maps: Sources, comments: readonly string[]): Profile {
  const builder = contentionBuilder(data, comments);
  addWaits(builder, data, maps);
  return builder.build();
}

/** As Go's block and mutex profiles: how often, and for how long. */
export function contentionBuilder(data: WindowData, comments: readonly string[]): ProfileBuilder {
  return new ProfileBuilder({
    sampleTypes: [
      { type: 'contentions', unit: 'count' },
      { type: 'delay', unit: 'nanoseconds' },
    ],
    ...headerOf(data),
    period: 1n,
    periodType: { type: 'contentions', unit: 'count' },
    comments: [...comments, ...describeShares(data)],
  });
}

/** The two values of each: how many, nanoseconds. */
export function addWaits(builder: ProfileBuilder, data: WindowData, maps: Sources): void {
  for (const wait of allWaits(data, maps)) {
    const frames = [noteFrame(`(waiting: ${wait.account})`), ...wait.frames];
    const labels = [
      ...labelsOf(data, { request: wait.request, isSure: true }),
      { key: 'account', value: wait.account },
      ...(wait.resource === '' ? [] : [{ key: 'resource', value: wait.resource }]),
      ...(wait.isOpen ? [{ key: 'state', value: 'waiting' }] : []),
    ];
    builder.sample(addStack(builder, frames), [wait.count, Math.round(wait.ms * NS_PER_MS)], labels);
  }
}

/** Stacks were taken of some waits only: the others' time is shared out over the stacks of their sort. */
function allWaits(data: WindowData, maps: Sources): Wait[] {
  const bySort = new Map<string, WaitRow[]>();
  for (const wait of data.waits) {
    const sort = bySort.get(wait.name);
    if (sort === undefined) bySort.set(wait.name, [wait]);
    else sort.push(wait);
  }
  const waits: Wait[] = [];
  for (const sort of bySort.values()) {
    const known = sort.filter(({ stack }) => data.stacks.has(stack));
    let next = 0;
    for (const wait of sort) {
      const own = data.stacks.get(wait.stack);
      // In turn, so that each stack stands for others as often as it was seen.
      const stack = own ?? data.stacks.get(known[next++ % Math.max(1, known.length)]?.stack ?? -1);
      const frames = stack?.map((row) => frameOfRow(row, maps)) ?? [noteFrame('(no stack)')];
      waits.push(...partsOf(wait, [noteFrame(wait.name), ...frames]));
    }
  }
  for (const [name, { count, ms }] of data.bulk) {
    const frames = [noteFrame(name), noteFrame('(too many to record one by one)')];
    waits.push({ frames, account: 'unknown', resource: '', request: 0, isOpen: false, count, ms });
  }
  return waits;
}

function partsOf({ parts, request, end }: WaitRow, frames: readonly FrameFacts[]): Wait[] {
  return parts.map(([account, start, stop, resource]) => {
    return { frames, account, resource, request, isOpen: end < 0, count: 1, ms: stop - start };
  });
}

export function describeShares({ waits, stacks, dropped }: WindowData): string[] {
  const withStack = waits.filter(({ stack }) => stacks.has(stack)).length;
  const lines = [
    `${waits.length} waits, stacks taken of ${withStack}; the others are shared out over the stacks of their sort`,
  ];
  if (dropped > 0) lines.push(`${dropped} records were too many to keep: the sums are too small by these`);
  return lines;
}
