import type { FrameFacts, Profile, ProfileBuilder } from '@holdup/profile';
import { Crowd, type Interval, shareOutWaits } from './contention.ts';
import { cpuSamples, type Taken, V8Stacks } from './cpu-profile.ts';
import { readyTimes } from './ready.ts';
import type { Sources } from './source-maps.ts';
import { addStack, frameOfRow, labelsOf, noteFrame } from './stack-frames.ts';
import { poolQueues } from './thread-pool.ts';
import { contentionBuilder } from './wait-profile.ts';
import type { WindowData } from './window-data.ts';

const NS_PER_MS = 1e6;

const EVENT_LOOP = 'event loop';

/**
 * Contention by the stack that held: pools, locks, worker pools and sockets by where they were taken, the event loop by what ran on
 * it. A count is a hold, or a sample of the loop, that others waited for; the delay is the waiters' time, shared by the holders.
 */
export function makeMutexProfile(taken: Taken): Profile {
  const { data, maps, comments } = taken;
  const builder = contentionBuilder(data, comments);
  addHolds(builder, data, maps);
  addThreadPool(builder, data, maps);
  addLoop(builder, taken);
  return builder.build();
}

interface HeldInterval extends Interval {
  readonly name: string;
  readonly frames: readonly FrameFacts[];
  readonly request: number;
}

function addHolds(builder: ProfileBuilder, data: WindowData, maps: Sources): void {
  const waits = waitsByResource(data);
  const holds = holdsByResource(data, maps, waits);
  for (const [resource, waiting] of waits) {
    const held = holds.get(resource) ?? [];
    const shares = shareOutWaits(waiting, held);
    held.forEach(({ name, frames, request }, index) => {
      const delay = Math.round((shares[index] ?? 0) * NS_PER_MS);
      if (delay <= 0) return;
      const labels = [...labelsOf(data, { request, isSure: true }), { key: 'resource', value: resource }];
      builder.sample(addStack(builder, [noteFrame(`(held: ${name})`), ...frames]), [1, delay], labels);
    });
  }
}

function addThreadPool(builder: ProfileBuilder, data: WindowData, maps: Sources): void {
  for (const { resource, waits, holds } of poolQueues(data)) {
    const shares = shareOutWaits(waits, holds);
    holds.forEach(({ job, stack }, index) => {
      const delay = Math.round((shares[index] ?? 0) * NS_PER_MS);
      if (delay <= 0) return;
      const frames = stack?.map((row) => frameOfRow(row, maps)) ?? [noteFrame('(no stack)')];
      const labels = [...labelsOf(data, { request: job.request, isSure: true }), { key: 'resource', value: resource }];
      builder.sample(
        addStack(builder, [noteFrame(`(held: ${resource})`), noteFrame(job.call), ...frames]),
        [1, delay],
        labels,
      );
    });
  }
}

function waitsByResource({ waits, from, to }: WindowData): Map<string, Interval[]> {
  const found = new Map<string, Interval[]>();
  for (const { parts } of waits) {
    for (const [, start, end, resource] of parts) {
      if (resource !== '') push(found, resource, { start: Math.max(from, start), end: Math.min(to, end) });
    }
  }
  return found;
}

function holdsByResource(
  data: WindowData,
  maps: Sources,
  wanted: ReadonlyMap<string, unknown>,
): Map<string, HeldInterval[]> {
  const found = new Map<string, HeldInterval[]>();
  const { from, to, stacks } = data;
  const framesOf = (stack: number) =>
    stacks.get(stack)?.map((row) => frameOfRow(row, maps)) ?? [noteFrame('(no stack)')];
  for (const { resource, name, stack, request, start, end } of data.holds) {
    if (!wanted.has(resource)) continue;
    const span = { start: Math.max(from, start), end: end < 0 ? to : Math.min(to, end) };
    push(found, resource, { ...span, name, frames: framesOf(stack), request });
  }
  for (const { holds, parts, stack, request } of data.waits) {
    if (!wanted.has(holds)) continue;
    for (const [, start, end, resource] of parts) {
      if (resource !== holds)
        push(found, holds, {
          start: Math.max(from, start),
          end: Math.min(to, end),
          name: holds,
          frames: framesOf(stack),
          request,
        });
    }
  }
  return found;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function addLoop(builder: ProfileBuilder, { data, v8, intervalUs, maps }: Taken): void {
  const ready = new Crowd(readyTimes(data));
  const stacks = new V8Stacks(builder, v8.nodes, maps);
  const held = builder.frame(noteFrame(`(held: ${EVENT_LOOP})`));
  for (const { node, at, ms, owner } of cpuSamples(v8, data, intervalUs)) {
    // Who has the loop is ready too. Where nobody is known it may be one of them, unless the watchdog saw that it is not.
    const others = ready.at(at) - (owner.request === 0 && data.isBackground(at) ? 0 : 1);
    if (others <= 0) continue;
    const labels = [...labelsOf(data, owner), { key: 'resource', value: EVENT_LOOP }];
    builder.sample(builder.stack(stacks.stackOf(node), held), [1, Math.round(others * ms * NS_PER_MS)], labels);
  }
}
