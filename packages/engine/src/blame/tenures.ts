import {
  DNS_SLOTS,
  EVENT_LOOP,
  type Holder,
  type LookupId,
  type PoolJobId,
  type ResourceId,
  THREAD_POOL,
} from '@holdup/model';
import type { RecordingIndex } from '../partition/context.ts';
import { clip, lengthOf, type Span, unite } from './spans.ts';

/** The time one holder had a resource while somebody waited for it. */
export interface Tenure {
  readonly holder: Holder;
  /** Ordered, disjoint, inside the wait. */
  readonly spans: readonly Span[];
  /** Nanoseconds times units held. */
  readonly weight: number;
  /** Connections, locks … held; empty where holding means the same for everybody. */
  readonly units: ReadonlySet<string>;
  /** What holding means, when it is the same for everybody: running on the loop, having a name looked up, a thread at work. */
  readonly doing?: Doing;
}

export type Doing =
  | { readonly account: 'cpu' }
  | { readonly account: 'dns'; readonly lookup: LookupId }
  | { readonly account: 'threadpool'; readonly job: PoolJobId };

const RUNNING: Doing = { account: 'cpu' };

/** Who had `resource` during `waits` (ordered, disjoint). Holders nobody knows are not among them. */
export function findTenures(resource: ResourceId, waits: readonly Span[], index: RecordingIndex): Tenure[] {
  switch (resource) {
    case EVENT_LOOP:
      return loopTenures(waits, index);
    case DNS_SLOTS:
      return lookupTenures(waits, index);
    case THREAD_POOL:
      return [...jobTenures(waits, index), ...lookupTenures(waits, index)];
    default:
      return holdTenures(resource, waits, index);
  }
}

/** By request, and by route for work outside requests; no request's id has a blank in it. */
export function holderKey(holder: Holder): string {
  return holder.requestId ?? `route ${holder.route}`;
}

interface Gathered {
  readonly holder: Holder;
  readonly spans: Span[];
  readonly units: Set<string>;
  readonly doing?: Doing;
}

class Gathering {
  readonly #groups = new Map<string, Gathered>();

  group(key: string, holder: Holder, doing?: Doing): Gathered {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { holder, spans: [], units: new Set(), ...(doing !== undefined && { doing }) };
      this.#groups.set(key, group);
    }
    return group;
  }

  tenures(): Tenure[] {
    const tenures: Tenure[] = [];
    for (const group of this.#groups.values()) {
      const weight = lengthOf(group.spans);
      if (weight > 0) tenures.push({ ...group, spans: unite(group.spans), weight });
    }
    return tenures;
  }
}

function holdTenures(resource: ResourceId, waits: readonly Span[], index: RecordingIndex): Tenure[] {
  const gathering = new Gathering();
  const holds = index.holds.get(resource)?.within(waits[0]?.start ?? 0, waits.at(-1)?.end ?? 0) ?? [];
  const { now } = index.recording;
  // Both are ordered by start: waits before a hold are before the next ones too.
  let passed = 0;
  for (const { holder, unit, start, end = now } of holds) {
    if (end <= start) continue;
    while ((waits[passed]?.end ?? Number.POSITIVE_INFINITY) <= start) passed++;
    let group: Gathered | undefined;
    for (let i = passed; i < waits.length; i++) {
      const wait = waits[i];
      if (wait === undefined || wait.start >= end) break;
      group ??= gathering.group(holderKey(holder), holder);
      group.spans.push({ start: Math.max(start, wait.start), end: Math.min(end, wait.end) });
    }
    group?.units.add(unit);
  }
  return gathering.tenures();
}

function loopTenures(waits: readonly Span[], index: RecordingIndex): Tenure[] {
  const gathering = new Gathering();
  for (const wait of waits) {
    for (const { start, end, owner } of index.loop?.within(wait.start, wait.end) ?? []) {
      if (owner !== undefined) gathering.group(holderKey(owner), owner, RUNNING).spans.push({ start, end });
    }
  }
  return gathering.tenures();
}

/** One tenure per job: what was called says more than who called it. */
function jobTenures(waits: readonly Span[], index: RecordingIndex): Tenure[] {
  const gathering = new Gathering();
  const last = waits.at(-1)?.end ?? 0;
  for (const { job, start, running } of index.threadPool.jobs) {
    if (start >= last) break;
    const spans = running.flatMap((span) => clip(waits, span.start, span.end));
    if (spans.length === 0) continue;
    const holder = job.holder ?? { route: 'unknown' };
    gathering.group(job.id, holder, { account: 'threadpool', job: job.id }).spans.push(...spans);
  }
  return gathering.tenures();
}

/** One tenure per lookup, because it is the name looked up that took long, not who asked. */
function lookupTenures(waits: readonly Span[], index: RecordingIndex): Tenure[] {
  const gathering = new Gathering();
  const last = waits.at(-1)?.end ?? 0;
  for (const { lookup, start, runs, end } of index.threadPool.lookups) {
    if (start >= last) break;
    const spans = clip(waits, runs, end);
    if (spans.length === 0) continue;
    const holder = lookup.holder ?? { route: `lookup of ${lookup.host}` };
    gathering.group(lookup.id, holder, { account: 'dns', lookup: lookup.id }).spans.push(...spans);
  }
  return gathering.tenures();
}
