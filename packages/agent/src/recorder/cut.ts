import type {
  EvidenceSource,
  Frame,
  Hold,
  Holder,
  Lookup,
  LookupId,
  LoopRecord,
  Ns,
  Op,
  OpId,
  Outcome,
  PoolJob,
  PoolJobId,
  Recording,
  Request,
  RequestId,
  Resource,
} from '@holdup/model';
import { endOf, OPEN, originNs, toNs } from '../clock.ts';
import { BEAT_MS } from '../watchdog/timing.ts';
import type { Flight } from './flight.ts';
import { LazyMap } from './lazy-map.ts';
import { siteOf } from './op-sites.ts';
import { knowsCollections } from './open-block.ts';
import type { PoolJobRecord } from './pool-jobs.ts';
import type { Random } from './random.ts';
import type { RequestRecord } from './request-record.ts';
import { routeOf } from './route.ts';
import type { HoldRecord, LookupRecord } from './shared-records.ts';

export function requestIdOf(request: RequestRecord): RequestId {
  return `r${request.number}` as RequestId;
}

/** libuv's own default, and the most it makes. */
const DEFAULT_THREADS = 4;
const MAX_THREADS = 1024;

export function poolThreads(): number {
  const configured = Number(process.env.UV_THREADPOOL_SIZE);
  return Number.isInteger(configured) && configured > 0 ? Math.min(configured, MAX_THREADS) : DEFAULT_THREADS;
}

/** libuv lets half of its thread pool, rounded up, run name lookups at once. */
export function lookupSlots(): number {
  return Math.ceil(poolThreads() / 2);
}

export function poolJobIdOf(job: PoolJobRecord): PoolJobId {
  return `j${job.number}` as PoolJobId;
}

export interface OpenOp {
  readonly op: Op;
  /** Innermost first. */
  readonly site: readonly Frame[] | undefined;
}

const BACKGROUND: Holder = { route: 'background' };

function requestEndOf({ end }: RequestRecord): { requestEnd?: Ns } {
  return end === OPEN ? {} : { requestEnd: toNs(end) };
}

/** A recording of the flight memory as it stands, for one late request. Model values are made only when asked for. */
export class Cut {
  readonly #flight: Flight;
  /** The moment of the cut, ms. */
  readonly at: number;
  readonly #from: number;
  readonly #holders = new Map<RequestRecord, Holder>();

  /** @param at now, ms; @param from start of the late request, ms: nothing that ended before matters */
  constructor(flight: Flight, at: number, from: number) {
    this.#flight = flight;
    this.at = at;
    this.#from = from;
  }

  recording(): Recording {
    const flight = this.#flight;
    return {
      origin: originNs(),
      now: toNs(this.at),
      requests: this.#requests(),
      resources: flight.resources,
      holds: this.#holds(),
      loop: this.#loop(),
      lookups: this.#lookups(),
      lookupSlots: lookupSlots(),
      poolJobs: this.#poolJobs(),
      poolThreads: poolThreads(),
      sources: this.#sources(),
      completeSince: toNs(Math.max(0, flight.evictedUntil, flight.loop.since)),
    };
  }

  /** Collections are told of as the loop turns: while it is blocked those that nobody saw are not known, which is not "none". */
  #sources(): ReadonlySet<EvidenceSource> {
    const { sources, openBlock } = this.#flight;
    if (openBlock === undefined || knowsCollections(openBlock, this.at)) return sources;
    return new Set([...sources].filter((source) => source !== 'gc'));
  }

  /** One value per request: thousands of holds and busy stretches are of a few hundred requests. */
  holderOf(request: RequestRecord | undefined): Holder {
    if (request === undefined) return BACKGROUND;
    let holder = this.#holders.get(request);
    if (holder === undefined) {
      holder = { requestId: requestIdOf(request), route: routeOf(request), ...requestEndOf(request) };
      this.#holders.set(request, holder);
    }
    return holder;
  }

  #holderByNumber(number: number, records: ReadonlyMap<number, RequestRecord>): Holder | undefined {
    const record = records.get(number);
    if (record !== undefined) return this.holderOf(record);
    const route = this.#flight.passersBy.routeOf(number);
    return route === undefined ? undefined : { requestId: `r${number}` as RequestId, route };
  }

  *#known(): Generator<RequestRecord> {
    yield* this.#flight.leftBehind;
    yield* this.#flight.finished;
    yield* this.#flight.inFlight;
  }

  #requests(): ReadonlyMap<RequestId, Request> {
    const records = new Map<RequestId, RequestRecord>();
    const isLater = ({ end }: { end: number }) => end === OPEN || end >= this.#from;
    for (const request of this.#known())
      if (isLater(request) || request.ops.some(isLater)) records.set(requestIdOf(request), request);
    return new LazyMap(records, (record) => this.#request(record));
  }

  #request(record: RequestRecord): Request {
    const id = requestIdOf(record);
    const route = routeOf(record);
    const usual = this.#flight.usual.of(route);
    return {
      id,
      traceId: traceIdOf(record, this.#flight.random),
      kind: record.kind,
      route,
      start: toNs(record.start),
      ...endOf(record.end),
      outcome: outcomeOf(record, this.at),
      ops: this.#ops(record, id),
      ...(record.droppedOps === 0 ? {} : { droppedOps: record.droppedOps }),
      ...(record.deadlineSource === undefined
        ? {}
        : { deadline: { at: toNs(record.deadlineAt), budget: toNs(record.budget), source: record.deadlineSource } }),
      ...(record.status === 0 ? {} : { status: record.status }),
      ...serverTimeoutOf(record),
      ...(record.cancelledAt === OPEN ? {} : { cancelledAt: toNs(record.cancelledAt) }),
      ...(usual === undefined ? {} : { usual }),
    };
  }

  #ops(record: RequestRecord, id: RequestId): Op[] {
    const idAt = (index: number) => `${id}.${index}` as OpId;
    const { ops } = record;
    const whole = ops.some((op) => op.parent !== undefined) ? new Map(ops.map((op, i) => [op, idAt(i)])) : undefined;
    const uploads = this.#uploads(record, id);
    const models = ops.map((op, i) => {
      const model = op.toOp(idAt(i), this);
      const parent = op.parent === undefined ? undefined : whole?.get(op.parent);
      return parent === undefined ? model : { ...model, parent };
    });
    const downloads = record.download?.toOps(`${id}.download`, this.at, record.response?.writableLength) ?? [];
    const pauses = record.pauses?.toOps(id, ops, record.end, this.at) ?? [];
    const others = [...uploads, ...downloads, ...pauses];
    return others.length === 0 ? models : [...models, ...others].sort((a, b) => a.start - b.start);
  }

  #uploads({ upload, message, stream }: RequestRecord, id: RequestId): Op[] {
    return upload?.toOps(`${id}.upload`, message ?? stream, this.at) ?? [];
  }

  /** What a request in flight does or waits for at this moment, and where in the host's code that began, where known. */
  openOps(record: RequestRecord): OpenOp[] {
    const id = requestIdOf(record);
    const open: OpenOp[] = [];
    const add = (op: Op, site?: readonly Frame[]) => {
      if (op.end === undefined) open.push({ op, site });
    };
    for (const op of this.#uploads(record, id)) add(op);
    record.ops.forEach((op, i) => {
      if (op.end === OPEN) add(op.toOp(`${id}.${i}` as OpId, this), siteOf(op));
    });
    const downloads = record.download?.toOps(`${id}.download`, this.at, record.response?.writableLength) ?? [];
    for (const op of downloads) add(op);
    return open;
  }

  usual(key: string | undefined) {
    const usual = this.#flight.usual.of(key);
    return usual === undefined ? {} : { usual };
  }

  /** An op of the recording names it. */
  showGate(resource: Resource): void {
    this.#flight.showGate(resource);
  }

  #holds(): Hold[] {
    const model = (hold: HoldRecord): Hold => ({
      resource: hold.resource.id,
      unit: hold.unit,
      holder: this.holderOf(hold.request),
      start: toNs(hold.start),
      ...endOf(hold.end),
    });
    const holds: Hold[] = [];
    for (const hold of this.#flight.closedHolds) if (hold.end >= this.#from) holds.push(model(hold));
    for (const hold of this.#flight.closedGateHolds) if (hold.end >= this.#from) holds.push(model(hold));
    for (const hold of this.#flight.openHolds) holds.push(model(hold));
    return holds;
  }

  #loop(): LoopRecord {
    const from = toNs(this.#from);
    const { openBlock } = this.#flight;
    const records = new Map<number, RequestRecord>();
    for (const request of this.#known()) records.set(request.number, request);
    const holderOf = (number: number) => this.#holderByNumber(number, records);
    return {
      busy: this.#flight.loop.stretches(this.#from, this.at, BEAT_MS, holderOf),
      blocks: [...this.#flight.blocks, ...(openBlock === undefined ? [] : [openBlock.block])]
        .filter((block) => block.end === undefined || block.end >= from)
        .map(({ owner, ...block }) => (owner === undefined ? block : { ...block, holder: this.holderOf(owner) })),
      cpu: this.#flight.cpu.marks(this.#from),
      gc: [...this.#flight.gc, ...(openBlock?.collections.pauses ?? [])].filter((pause) => pause.end >= from),
    };
  }

  #lookups(): Lookup[] {
    const model = (lookup: LookupRecord): Lookup => ({
      id: `l${lookup.number}` as LookupId,
      host: lookup.host,
      start: toNs(lookup.start),
      ...endOf(lookup.end),
      holder: this.holderOf(lookup.request),
    });
    const lookups: Lookup[] = [];
    for (const lookup of this.#flight.closedLookups) if (lookup.end >= this.#from) lookups.push(model(lookup));
    for (const lookup of this.#flight.openLookups) lookups.push(model(lookup));
    return lookups.sort((a, b) => a.start - b.start);
  }

  #poolJobs(): PoolJob[] {
    const model = (job: PoolJobRecord): PoolJob => ({
      id: poolJobIdOf(job),
      call: job.call,
      steps: job.steps,
      start: toNs(job.start),
      ...endOf(job.end),
      holder: this.holderOf(job.request),
    });
    const jobs: PoolJob[] = [];
    for (const job of this.#flight.poolJobs.closed) if (job.end >= this.#from) jobs.push(model(job));
    for (const job of this.#flight.poolJobs.open) jobs.push(model(job));
    return jobs.sort((a, b) => a.start - b.start);
  }
}

/** The caller's trace id, or one made now that somebody needs it. 32 hex digits. */
export function traceIdOf(record: RequestRecord, random: Random): string {
  record.traceId ??= Array.from({ length: 4 }, () => random.bits().toString(16).padStart(8, '0')).join('');
  return record.traceId;
}

function serverTimeoutOf({ serverTimeout }: RequestRecord): Pick<Request, 'serverTimeout'> {
  if (serverTimeout === undefined) return {};
  const { limit, ms, at } = serverTimeout;
  return { serverTimeout: { limit, limitMs: ms, at: toNs(at) } };
}

function outcomeOf(record: RequestRecord, at: number): Outcome {
  const end = record.end === OPEN ? at : record.end;
  if (record.cancelledAt !== OPEN && record.cancelledAt < record.deadlineAt) return 'cancelled';
  if (end > record.deadlineAt || record.status === 504 || record.serverTimeout !== undefined)
    return 'deadline-exceeded';
  if (record.status >= 500) return record.sawTimeout ? 'deadline-exceeded' : 'error';
  return 'ok';
}
