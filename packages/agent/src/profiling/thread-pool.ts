import { ThreadPool } from '@holdup/engine';
import type { Lookup, LookupId, Ns, PoolJob, PoolJobId } from '@holdup/model';
import type { FrameRow, JobRow } from '../deep/rows.ts';
import type { Interval } from './contention.ts';
import type { WindowData } from './window-data.ts';

const NS_PER_MS = 1e6;

/** A stretch in which work had a thread. */
export interface PoolHold extends Interval {
  readonly job: JobRow;
  /** Where it was handed over, where that was seen. */
  readonly stack: readonly FrameRow[] | undefined;
}

/** Of one resource, who queued for it and who had it. */
export interface PoolQueue {
  readonly resource: string;
  readonly waits: readonly Interval[];
  readonly holds: readonly PoolHold[];
}

/**
 * libuv's threads, played by the rule that verdicts go by: first come, first served. Lookups have half of the threads at most: while they
 * have all of those, other lookups wait for lookups alone.
 */
export function poolQueues(data: WindowData): PoolQueue[] {
  if (data.jobs.length === 0) return [];
  const pool = playPool(data);
  const clip = ({ start, end }: Interval): Interval => {
    return { start: Math.max(data.from, start / NS_PER_MS), end: Math.min(data.to, end / NS_PER_MS) };
  };
  const rows = new Map(data.jobs.map((job) => [idOf(job), job]));
  const stackOf = new JobStacks(data);
  const threads = { waits: [] as Interval[], holds: [] as PoolHold[] };
  const slots = { waits: [] as Interval[], holds: [] as PoolHold[] };
  const hold = (id: string, span: Interval): PoolHold[] => {
    const job = rows.get(id);
    return job === undefined ? [] : [{ ...clip(span), job, stack: stackOf.of(job) }];
  };
  for (const { job, running, queued } of pool.jobs) {
    threads.waits.push(...queued.map(clip));
    for (const span of running) threads.holds.push(...hold(job.id, span));
  }
  for (const { lookup, start, runs, end } of pool.lookups) {
    const full = pool.slotsFull(start, runs);
    slots.waits.push(...full.map(clip));
    threads.waits.push(...without({ start, end: runs }, full).map(clip));
    for (const held of [threads, slots]) held.holds.push(...hold(lookup.id, { start: runs, end }));
  }
  return [
    { resource: 'thread pool', ...threads },
    { resource: 'thread pool, half for lookups', ...slots },
  ];
}

function playPool({ jobs, lookupSlots, poolThreads, to }: WindowData): ThreadPool {
  const lookups: Lookup[] = [];
  const poolJobs: PoolJob[] = [];
  for (const job of [...jobs].sort((a, b) => a.start - b.start)) {
    const times = { start: nsOf(job.start), ...(job.end < 0 ? {} : { end: nsOf(job.end) }) };
    if (job.kind === 'lookup') lookups.push({ id: idOf(job) as LookupId, host: '', ...times });
    else poolJobs.push({ id: idOf(job) as PoolJobId, call: job.call, steps: job.kind, ...times });
  }
  return new ThreadPool({ lookups, lookupSlots, poolJobs, poolThreads, now: nsOf(to) });
}

function nsOf(ms: number): Ns {
  return Math.round(ms * NS_PER_MS) as Ns;
}

function idOf({ kind, number }: JobRow): string {
  return `${kind === 'lookup' ? 'l' : 'j'}${number}`;
}

/** @param parts ordered and disjoint, within `whole` */
function without(whole: Interval, parts: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let start = whole.start;
  for (const part of parts) {
    if (part.start > start) left.push({ start, end: part.start });
    start = Math.max(start, part.end);
  }
  if (whole.end > start) left.push({ start, end: whole.end });
  return left;
}

/** Two clocks are read one after the other. Milliseconds. */
const SAME_MOMENT_MS = 1;

/** Work of requests is a wait of theirs, or a part of one: its stack is that of the wait. */
class JobStacks {
  readonly #data: WindowData;
  readonly #waits = new Map<number, WindowData['waits'][number][]>();

  constructor(data: WindowData) {
    this.#data = data;
    for (const wait of data.waits) {
      const known = this.#waits.get(wait.request);
      if (known === undefined) this.#waits.set(wait.request, [wait]);
      else known.push(wait);
    }
  }

  of({ kind, call, request, start }: JobRow): readonly FrameRow[] | undefined {
    if (request === 0) return undefined;
    const around = this.#waits.get(request)?.find((wait) => {
      if (kind !== 'lookup') return wait.name === call && Math.abs(wait.start - start) < SAME_MOMENT_MS;
      return wait.start <= start + SAME_MOMENT_MS && (wait.end < 0 || wait.end >= start);
    });
    return around === undefined ? undefined : this.#data.stackOf(around.stack);
  }
}
