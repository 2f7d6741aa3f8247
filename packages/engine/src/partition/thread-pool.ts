import type { Lookup, LookupId, PoolJob, PoolJobId, Recording } from '@holdup/model';
import { clip, type Span, unite } from '../blame/spans.ts';
import { IDLE_NOISE_NS } from './loop-timeline.ts';
import { playQueue, type Queued } from './play-queue.ts';

/** A getaddrinfo call with the moment it ran. `[start, runs)` it queued, `[runs, end)` it ran. */
export interface PooledLookup {
  readonly lookup: Lookup;
  readonly start: number;
  readonly runs: number;
  readonly end: number;
}

/** A job with the stretches it had a thread; the rest of its time it queued. Ordered and disjoint, both. */
export interface PooledJob {
  readonly job: PoolJob;
  readonly start: number;
  readonly running: readonly Span[];
  readonly queued: readonly Span[];
}

interface QueuedJob extends Queued {
  readonly of: { readonly lookup: Lookup } | { readonly job: PoolJob };
}

/** The part of a recording that is about the pool. */
type PoolRecords = Pick<Recording, 'lookups' | 'lookupSlots' | 'poolJobs' | 'poolThreads' | 'now'>;

interface Play {
  readonly lookups: readonly PooledLookup[];
  readonly jobs: readonly PooledJob[];
  readonly slotsFull: readonly Span[];
}

/**
 * Who had the threads of libuv's pool when. Worked out when first asked: most requests use none.
 *
 * A call of several steps (open, stat, read, close) queues anew with each of them, and nobody reports them one by one. It is
 * taken to have a thread as long as there was one for it: while other calls alone were enough to fill the pool, its
 * next step stood in the queue.
 */
export class ThreadPool {
  readonly #recording: PoolRecords;
  #play: Play | undefined;
  #lookupsById: ReadonlyMap<LookupId, PooledLookup> | undefined;
  #lookupsByHost: ReadonlyMap<string, readonly PooledLookup[]> | undefined;
  #queueAlone: ReadonlyMap<LookupId, number> | undefined;
  #jobsById: ReadonlyMap<PoolJobId, PooledJob> | undefined;

  constructor(recording: PoolRecords) {
    this.#recording = recording;
  }

  /** In the order they were asked for. */
  get lookups(): readonly PooledLookup[] {
    return this.#played.lookups;
  }

  /** In the order they were called. */
  get jobs(): readonly PooledJob[] {
    return this.#played.jobs;
  }

  job(id: PoolJobId): PooledJob | undefined {
    this.#jobsById ??= new Map(this.jobs.map((pooled) => [pooled.job.id, pooled]));
    return this.#jobsById.get(id);
  }

  lookup(id: LookupId): PooledLookup | undefined {
    this.#lookupsById ??= new Map(this.lookups.map((pooled) => [pooled.lookup.id, pooled]));
    return this.#lookupsById.get(id);
  }

  /** The parts of `[from, to)` in which lookups had all the slots there are for them. */
  slotsFull(from: number, to: number): readonly Span[] {
    return clip(this.#played.slotsFull, from, to);
  }

  /** How long it would have queued behind other lookups had no job been in the pool, nanoseconds. */
  queueWithoutJobs(id: LookupId): number {
    this.#queueAlone ??= queueAlone(this.lookups, this.#recording.lookupSlots);
    return this.#queueAlone.get(id) ?? 0;
  }

  /** Since when there was always a lookup that ran or queued, up to `at`. */
  busyWithLookupsSince(at: number): number {
    let since = at;
    for (const { start, end } of this.lookups.toReversed()) if (start < since && end >= since) since = start;
    return since;
  }

  /** The first lookup of a host that started within `[from, to)`: a client's own dns phase names no lookup. */
  lookupWithin(host: string, from: number, to: number): PooledLookup | undefined {
    this.#lookupsByHost ??= groupByHost(this.lookups);
    const ofHost = this.#lookupsByHost.get(host) ?? [];
    let low = 0;
    let high = ofHost.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ofHost[middle]?.start ?? 0) >= from - IDLE_NOISE_NS) high = middle;
      else low = middle + 1;
    }
    const found = ofHost[low];
    return found !== undefined && found.start < to ? found : undefined;
  }

  get #played(): Play {
    this.#play ??= play(this.#recording);
    return this.#play;
  }
}

function play({ lookups, lookupSlots, poolJobs = [], poolThreads, now }: PoolRecords): Play {
  const endOf = ({ start, end = now }: { readonly start: number; readonly end?: number }) => Math.max(start, end);
  const items: QueuedJob[] = [
    ...lookups.map((lookup) => ({ of: { lookup }, start: lookup.start, end: endOf(lookup), isLookup: true })),
    ...poolJobs.map((job) => ({ of: { job }, start: job.start, end: endOf(job), isLookup: false })),
  ];
  const threads = isRefuted(items, poolThreads, lookupSlots) ? Number.POSITIVE_INFINITY : poolThreads;
  const played = playQueue(items, threads, lookupSlots);
  const filled = filledBySingleSteps(items, threads, lookupSlots);
  const pooledLookups: PooledLookup[] = [];
  const jobs: PooledJob[] = [];
  for (const { item, runs } of played.all) {
    const { of, start, end } = item;
    if ('lookup' in of) pooledLookups.push({ lookup: of.lookup, start, runs, end });
    else jobs.push(divide(of.job, runs, end, of.job.steps === 'several' ? filled : []));
  }
  return { lookups: pooledLookups, jobs, slotsFull: played.slotsFull };
}

/** Two ends seen in the same instant may be told in either order: that much is no proof. */
const CHANCE_CONTRADICTIONS = 2;

/** Whether jobs ended that could not have begun with so few threads: then nobody knows how many there are. */
function isRefuted(items: readonly QueuedJob[], threads: number | undefined, slots: number): threads is undefined {
  if (threads === undefined) return true;
  const jobs = items.filter((item) => !item.isLookup && isSingle(item));
  return playQueue(jobs, threads, slots).contradictions > CHANCE_CONTRADICTIONS;
}

function isSingle({ of }: QueuedJob): boolean {
  return 'lookup' in of || of.job.steps === 'one';
}

/** Plays the lookups again, each as long as it ran, with the slots as the only limit. */
function queueAlone(lookups: readonly PooledLookup[], slots: number): Map<LookupId, number> {
  const free = new Array<number>(Math.max(1, slots)).fill(Number.NEGATIVE_INFINITY);
  return new Map(
    lookups.map(({ lookup, start, runs, end }) => {
      const slot = free.indexOf(Math.min(...free));
      const from = Math.max(start, free[slot] ?? start);
      free[slot] = from + end - runs;
      return [lookup.id, from - start];
    }),
  );
}

function groupByHost(lookups: readonly PooledLookup[]): Map<string, PooledLookup[]> {
  const byHost = new Map<string, PooledLookup[]>();
  for (const pooled of lookups) {
    const ofHost = byHost.get(pooled.lookup.host);
    if (ofHost === undefined) byHost.set(pooled.lookup.host, [pooled]);
    else ofHost.push(pooled);
  }
  return byHost;
}

function divide(job: PoolJob, runs: number, end: number, filled: readonly Span[]): PooledJob {
  const { start } = job;
  const standing = clip(filled, runs, end);
  const running: Span[] = [];
  let cursor = runs;
  for (const span of standing) {
    if (span.start > cursor) running.push({ start: cursor, end: span.start });
    cursor = span.end;
  }
  if (end > cursor) running.push({ start: cursor, end });
  const queued = unite([...(runs > start ? [{ start, end: runs }] : []), ...standing]);
  return { job, start, running, queued };
}

/** When the calls of a single step were as many as there are threads, or more. */
function filledBySingleSteps(items: readonly QueuedJob[], threads: number, slots: number): readonly Span[] {
  const changes = items.filter(isSingle).flatMap(({ start, end, isLookup }) => [
    { at: start, by: 1, isLookup },
    { at: end, by: -1, isLookup },
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  const filled: Span[] = [];
  let lookups = 0;
  let jobs = 0;
  let since: number | undefined;
  for (const { at, by, isLookup } of changes) {
    if (isLookup) lookups += by;
    else jobs += by;
    const isFull = jobs + Math.min(lookups, slots) >= threads;
    if (isFull && since === undefined) since = at;
    if (!isFull && since !== undefined) {
      if (at > since) filled.push({ start: since, end: at });
      since = undefined;
    }
  }
  return filled;
}
