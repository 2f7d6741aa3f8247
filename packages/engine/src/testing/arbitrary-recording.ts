import {
  ACCOUNTS,
  type Account,
  type BusyStretch,
  type Hold,
  type Holder,
  type Lookup,
  type LookupId,
  type LoopRecord,
  ns,
  type Op,
  type OpDetail,
  type OpId,
  type Phase,
  type PoolJob,
  type PoolJobId,
  type Recording,
  type Request,
  type RequestId,
  type ResourceId,
} from '@holdup/model';
import fc from 'fast-check';

/** Times are multiples of a unit, so that ends touch and tie often, on both sides of every threshold. */
const UNITS_NS = [1, 30_000, 1_000_000];
const LAST = 60;

const REQUESTS = ['r0', 'r1', 'r2', 'r3'] as readonly string[] as readonly RequestId[];
const POOLS = ['pool-a', 'pool-b'] as readonly string[] as readonly ResourceId[];
const HOSTS = ['a.example', 'b.example'];
const WAITS = ACCOUNTS.filter((account) => !account.startsWith('loop') && account !== 'gc' && account !== 'cpu');

interface Life {
  readonly start: Op['start'];
  readonly end?: Op['start'];
}

/** Recordings of a few requests that hold and wait for each other's pools, with everything odd an agent may report. */
export const arbitraryRecording: fc.Arbitrary<Recording> = fc.constantFrom(...UNITS_NS).chain((unit) => {
  const now = ns(LAST * unit);
  const life = lifeWithin(unit);
  return fc
    .record({
      requests: fc.tuple(...REQUESTS.map((id) => arbitraryRequest(id, life))),
      holds: fc.array(arbitraryHold(life), { maxLength: 12 }),
      loop: arbitraryLoop(unit),
      lookups: fc.array(arbitraryLookup(life), { maxLength: 6 }),
      lookupSlots: fc.integer({ min: 1, max: 2 }),
      jobs: fc.array(arbitraryJob(life), { maxLength: 6 }),
      poolThreads: fc.integer({ min: 1, max: 4 }),
      watchesLoop: fc.boolean(),
    })
    .map(({ requests, lookups, jobs, watchesLoop, ...rest }) => ({
      ...rest,
      origin: 0n,
      now,
      // The last one is known only as a holder: its records were evicted.
      requests: new Map(requests.slice(0, -1).map((request) => [request.id, request])),
      resources: new Map(),
      lookups: lookups.map((lookup, i) => ({ ...lookup, id: `l${i}` as LookupId })).sort((a, b) => a.start - b.start),
      poolJobs: jobs.map((job, i) => ({ ...job, id: `j${i}` as PoolJobId })).sort((a, b) => a.start - b.start),
      sources: new Set(watchesLoop ? (['ledger', 'loop', 'gc'] as const) : (['ledger'] as const)),
      completeSince: ns(0),
    }));
});

function lifeWithin(unit: number): fc.Arbitrary<Life> {
  const instant = fc.integer({ min: 0, max: LAST });
  return fc.tuple(instant, instant, fc.integer({ min: 0, max: 3 })).map(([a, b, open]) => {
    const start = ns(Math.min(a, b) * unit);
    return open === 0 ? { start } : { start, end: ns(Math.max(a, b) * unit) };
  });
}

function arbitraryRequest(id: RequestId, life: fc.Arbitrary<Life>): fc.Arbitrary<Request> {
  const mostly = fc.oneof({ weight: 3, arbitrary: fc.constant<Life>({ start: ns(0) }) }, life);
  return fc.tuple(mostly, fc.array(arbitraryOp(life), { maxLength: 10 })).map(([bounds, ops]) => ({
    id,
    traceId: id,
    kind: 'http',
    route: `GET /${id}`,
    ...bounds,
    outcome: 'deadline-exceeded',
    ops: ops
      .map((op, i) => ({
        ...op,
        id: `${id}.${i}` as OpId,
        ...(op.parent !== undefined && { parent: `${id}.${op.parent}` as OpId }),
      }))
      .sort((a, b) => a.start - b.start),
  }));
}

function arbitraryOp(life: fc.Arbitrary<Life>): fc.Arbitrary<Op> {
  return fc
    .record({
      life,
      parent: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined, freq: 2 }),
      account: fc.constantFrom<Account>(...WAITS),
      cuts: fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom<Account>(...WAITS)), { maxLength: 3 }),
      detail: arbitraryDetail,
      timeout: fc.boolean(),
    })
    .map(({ life: bounds, parent, account, cuts, detail, timeout }) => ({
      id: '' as OpId,
      name: 'op',
      ...(parent !== undefined && { parent: String(parent) as OpId }),
      ...bounds,
      account: detail.kind === 'pool-wait' ? 'db.pool-queue' : account,
      phases: cutPhases(bounds, cuts),
      detail,
      ...(timeout && { failure: { name: 'Error', message: '', timeout: true, aborted: false } }),
    }));
}

/** Phases one after the other, the last one of an open op open. */
function cutPhases({ start, end }: Life, cuts: readonly (readonly [number, Account])[]): Phase[] {
  const length = (end ?? start + LAST) - start;
  const bounds = cuts.map(([share]) => Math.round(start + (length * share) / 100)).sort((a, b) => a - b);
  return cuts.slice(0, -1).map(([, account], i) => {
    const to = bounds[i + 1];
    const isOpen = end === undefined && i === cuts.length - 2;
    return { account, start: ns(bounds[i] ?? start), ...(!isOpen && to !== undefined && { end: ns(to) }) };
  });
}

const arbitraryDetail: fc.Arbitrary<OpDetail> = fc.oneof(
  fc
    .constantFrom(...POOLS)
    .map(
      (pool): OpDetail => ({ kind: 'pool-wait', pool, unit: 'u0', total: 1, idle: 0, waiting: 0, immediate: false }),
    ),
  fc.constant<OpDetail>({ kind: 'timer', delayMs: 1 }),
  fc.constantFrom('u0', 'u1').map(
    (connection): OpDetail => ({
      kind: 'db-query',
      system: 'postgresql',
      database: 'db',
      connection,
      shape: 'SELECT',
      verb: 'SELECT',
      tables: [],
      locking: false,
      keys: [],
    }),
  ),
  fc
    .tuple(fc.constantFrom(...HOSTS), fc.integer({ min: 0, max: 5 }))
    .map(([host, lookup]): OpDetail => ({ kind: 'dns', host, via: 'getaddrinfo', lookup: `l${lookup}` as LookupId })),
  fc
    .integer({ min: 0, max: 5 })
    .map((job): OpDetail => ({ kind: 'threadpool', call: 'fs.stat', job: `j${job}` as PoolJobId })),
  fc.constantFrom(...HOSTS).map(
    (host): OpDetail => ({
      kind: 'http-client',
      method: 'GET',
      origin: `http://${host}:80`,
      host: `${host}:80`,
      library: 'undici',
    }),
  ),
);

const arbitraryHolder: fc.Arbitrary<Holder> = fc.oneof(
  fc.constantFrom(...REQUESTS).map((requestId): Holder => ({ requestId, route: `GET /${requestId}` })),
  fc.constantFrom(...REQUESTS).map((id): Holder => ({ requestId: id, route: `GET /${id}`, requestEnd: ns(20) })),
  fc.constant<Holder>({ route: 'background' }),
);

function arbitraryHold(life: fc.Arbitrary<Life>): fc.Arbitrary<Hold> {
  return fc
    .tuple(fc.constantFrom(...POOLS), fc.constantFrom('u0', 'u1', 'u2'), arbitraryHolder, life)
    .map(([resource, unit, holder, bounds]) => ({ resource, unit, holder, ...bounds }));
}

function arbitraryLookup(life: fc.Arbitrary<Life>): fc.Arbitrary<Omit<Lookup, 'id'>> {
  return fc
    .tuple(fc.constantFrom(...HOSTS), life, fc.option(arbitraryHolder, { nil: undefined }))
    .map(([host, bounds, holder]) => ({ host, ...bounds, ...(holder !== undefined && { holder }) }));
}

function arbitraryJob(life: fc.Arbitrary<Life>): fc.Arbitrary<Omit<PoolJob, 'id'>> {
  return fc
    .tuple(fc.constantFrom('one', 'several'), life, fc.option(arbitraryHolder, { nil: undefined }))
    .map(([steps, bounds, holder]) => ({ call: 'fs.stat', steps, ...bounds, ...(holder !== undefined && { holder }) }));
}

function arbitraryLoop(unit: number): fc.Arbitrary<LoopRecord> {
  const stretch = fc.tuple(lifeWithin(unit), fc.option(arbitraryHolder, { nil: undefined }));
  return fc.record({
    busy: fc.array(stretch, { maxLength: 20 }).map((all) => disjoint(all.map(([life, holder]) => owned(life, holder)))),
    blocks: fc.array(stretch, { maxLength: 3 }).map((all) => all.map(([life, holder]) => owned(life, holder))),
    gc: fc
      .array(lifeWithin(unit), { maxLength: 3 })
      .map((all) => all.map(({ start, end }) => ({ start, end: end ?? start, kind: 'major' as const }))),
  });
}

function owned(life: Life, holder: Holder | undefined) {
  return { ...life, ...(holder !== undefined && { holder }) };
}

function disjoint(stretches: readonly (Life & { holder?: Holder })[]): BusyStretch[] {
  const out: BusyStretch[] = [];
  for (const { start, end, ...more } of stretches.toSorted((a, b) => a.start - b.start)) {
    if (end !== undefined && end > start && start >= (out.at(-1)?.end ?? 0)) out.push({ start, end, ...more });
  }
  return out;
}
