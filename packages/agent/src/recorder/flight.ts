import type { EvidenceSource, GcPause, Resource, ResourceId } from '@holdup/model';
import { now, OPEN } from '../clock.ts';
import { Chain } from './chain.ts';
import { CpuRing } from './cpu-ring.ts';
import { Fifo } from './fifo.ts';
import { IdleClock } from './idle-clock.ts';
import { KnownParts } from './known-parts.ts';
import { LoopRing } from './loop-ring.ts';
import { isTimeout, type OpRecord } from './op-record.ts';
import { OpSites } from './op-sites.ts';
import type { OpenBlockRecord } from './open-block.ts';
import { PassersBy } from './passers-by.ts';
import { PoolJobs } from './pool-jobs.ts';
import { Random } from './random.ts';
import { MAX_OPS_PER_REQUEST, RequestRecord } from './request-record.ts';
import { type BlockRecord, HoldRecord, LookupRecord } from './shared-records.ts';
import { UsualTimes } from './usual.ts';

/** Finished requests kept, so that the holders of a moment ago can be named. */
const MAX_FINISHED = 2_000;
/** Rough size of all finished records kept. */
const MAX_FINISHED_BYTES = 6 * 1024 * 1024;
const MAX_LEFT_BEHIND = 200;
const REQUEST_BYTES = 500;
const OP_BYTES = 250;
/** A request that took less held up nobody for long enough to be asked about. Milliseconds. */
const PASSING_MS = 5;
const MAX_CLOSED_HOLDS = 4_000;
/** Of locks, limiters and workers: kept apart, because a busy lock has thousands in a second. */
const MAX_CLOSED_GATE_HOLDS = 2_000;
/** Names of locks kept: programs make one per customer. */
const MAX_GATES_SHOWN = 500;
const MAX_LOOKUPS = 1_000;
const MAX_GC_PAUSES = 2_000;
const MAX_BLOCKS = 200;
/** The first so many requests all teach what is usual, later ones one in so many ms: a rare route's still all. */
const LEARN_ALL_UNTIL = 200;
const LEARN_EVERY_MS = 40;

const NS_PER_MS = 1e6;

/** Told of everything as it begins and ends; see `deep/`. */
export interface DeepRecorder {
  opened(op: OpRecord): void;
  closed(op: OpRecord): void;
  /** @param wait how it was waited for: a resource that is handed over has the last holder's calls on the stack */
  held(hold: HoldRecord, wait: OpRecord | undefined): void;
  released(hold: HoldRecord): void;
  finished(request: RequestRecord): void;
  lookedUp(lookup: LookupRecord): void;
  collected(pause: GcPause): void;
  blocked(block: BlockRecord): void;
}

/**
 * Flight memory: requests in flight and those that just finished, what they held, what the loop did. Bounded by
 * count and by bytes, the oldest finished go first.
 */
export class Flight {
  readonly inFlight = new Chain<RequestRecord>();
  readonly finished = new Fifo<RequestRecord>();
  /** Finished, but something of theirs goes on: nobody waited for it, or nobody waits any more. */
  readonly leftBehind = new Fifo<RequestRecord>();
  readonly passersBy = new PassersBy();
  readonly openHolds = new Chain<HoldRecord>();
  readonly closedHolds = new Fifo<HoldRecord>();
  readonly openLookups = new Chain<LookupRecord>();
  readonly closedGateHolds = new Fifo<HoldRecord>();
  readonly #gatesShown = new Fifo<ResourceId>();
  readonly closedLookups = new Fifo<LookupRecord>();
  readonly poolJobs = new PoolJobs();
  readonly gc = new Fifo<GcPause>();
  readonly blocks = new Fifo<BlockRecord>();
  /** The block that is going on, while its own code is interrupted to look at it. */
  openBlock: OpenBlockRecord | undefined = undefined;
  readonly resources = new Map<ResourceId, Resource>();
  readonly parts = new KnownParts();
  readonly sources = new Set<EvidenceSource>(['ledger']);
  /** Since the process began, of all there were. Milliseconds. */
  readonly sums = { blockCount: 0, blockMs: 0, gcCount: 0, gcMs: 0 };
  readonly idle = new IdleClock();
  readonly loop = new LoopRing(this.idle);
  readonly cpu = new CpuRing();
  readonly sites = new OpSites();
  readonly random = new Random();
  readonly usual = new UsualTimes(this.random);
  /** Ops that begin while this is set are parts of it: it holds for the length of one synchronous call. */
  enclosing: OpRecord | undefined = undefined;
  /** Set while deeper recording is on: nearly always it is off, and this test is all that it costs. */
  deep: DeepRecorder | undefined = undefined;
  /** Requests that finished before this were evicted: holders older than it may be missing. */
  evictedUntil = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #requests = 0;
  #lookups = 0;
  #learntAt = Number.NEGATIVE_INFINITY;
  #gates = 0;

  begin(kind: 'http' | 'job', method: string, target: string, start: number): RequestRecord {
    const request = new RequestRecord(++this.#requests, kind, method, target, start);
    this.inFlight.add(request);
    this.loop.mark(start, request);
    return request;
  }

  finish(request: RequestRecord, end: number): void {
    if (!this.inFlight.delete(request)) return;
    request.end = end;
    this.loop.mark(end, undefined, request);
    if (request.pauses !== undefined) request.pauses.settle();
    if (this.deep !== undefined) this.deep.finished(request);
    if (isPasserBy(request)) {
      this.passersBy.add(request);
      return;
    }
    this.#bytes += REQUEST_BYTES + request.ops.length * OP_BYTES;
    this.finished.push(request);
    while (this.finished.size > MAX_FINISHED || this.#bytes > MAX_FINISHED_BYTES) this.#evict();
  }

  /** Whether a request that finished now should teach what is usual: mostly not, since names have to be made for it. */
  mayLearn(time: number): boolean {
    if (this.#requests >= LEARN_ALL_UNTIL && time - this.#learntAt < LEARN_EVERY_MS) return false;
    this.#learntAt = time;
    return true;
  }

  get requestCount(): number {
    return this.#requests;
  }

  /** Records an op of its request from its start on. */
  open(op: OpRecord): void {
    const { request } = op;
    if (this.enclosing !== undefined && this.enclosing.request === request) op.parent = this.enclosing;
    if (request.ops.length >= MAX_OPS_PER_REQUEST) request.droppedOps++;
    else request.ops.push(op);
    this.sites.note(op);
    if (this.deep !== undefined) this.deep.opened(op);
    this.loop.mark(op.start, undefined, request);
  }

  /** The op is over and its request runs on. */
  close(op: OpRecord, failure?: unknown): void {
    if (op.end !== OPEN) return;
    const end = now();
    op.end = end;
    // It keeps what was on the stack alive.
    op.site = undefined;
    this.loop.mark(end, op.request);
    if (this.deep !== undefined) this.deep.closed(op);
    if (failure !== undefined && failure !== null) {
      op.failure = failure;
      if (isTimeout(failure)) op.request.sawTimeout = true;
    }
  }

  /** @param wait how it was waited for */
  hold(
    resource: Resource,
    unit: string,
    request: RequestRecord | undefined,
    start: number,
    wait?: OpRecord,
  ): HoldRecord {
    const hold = new HoldRecord(resource, unit, request, start);
    this.openHolds.add(hold);
    if (this.deep !== undefined) this.deep.held(hold, wait);
    return hold;
  }

  release(hold: HoldRecord): void {
    if (!this.openHolds.delete(hold)) return;
    hold.end = now();
    if (this.deep !== undefined) this.deep.released(hold);
    const { kind } = hold.resource;
    const isGate = kind === 'lock' || kind === 'worker-pool';
    const closed = isGate ? this.closedGateHolds : this.closedHolds;
    closed.push(hold);
    if (closed.size > (isGate ? MAX_CLOSED_GATE_HOLDS : MAX_CLOSED_HOLDS)) closed.shift();
  }

  nextGateId(kind: 'lock' | 'worker-pool'): ResourceId {
    return `${kind}:${++this.#gates}` as ResourceId;
  }

  /** A recording speaks of it. */
  showGate(resource: Resource): void {
    if (this.resources.has(resource.id)) return;
    this.resources.set(resource.id, resource);
    this.#gatesShown.push(resource.id);
    const oldest = this.#gatesShown.size > MAX_GATES_SHOWN ? this.#gatesShown.shift() : undefined;
    if (oldest !== undefined) this.resources.delete(oldest);
  }

  lookup(host: string, request: RequestRecord | undefined): LookupRecord {
    const lookup = new LookupRecord(++this.#lookups, host, request, now());
    this.openLookups.add(lookup);
    return lookup;
  }

  endLookup(lookup: LookupRecord): void {
    if (!this.openLookups.delete(lookup)) return;
    lookup.end = now();
    this.deep?.lookedUp(lookup);
    this.closedLookups.push(lookup);
    if (this.closedLookups.size > MAX_LOOKUPS) this.closedLookups.shift();
  }

  addGc(pause: GcPause): void {
    this.sums.gcCount++;
    this.sums.gcMs += (pause.end - pause.start) / NS_PER_MS;
    this.gc.push(pause);
    this.deep?.collected(pause);
    if (this.gc.size > MAX_GC_PAUSES) this.gc.shift();
  }

  addBlock(block: BlockRecord): void {
    this.sums.blockCount++;
    this.sums.blockMs += ((block.end ?? block.start) - block.start) / NS_PER_MS;
    this.blocks.push(block);
    this.deep?.blocked(block);
    if (this.blocks.size > MAX_BLOCKS) this.blocks.shift();
  }

  /**
   * Lets go of what was over before this: nobody who may still be asked about was there at the same time. Records that
   * live for a moment only cost the garbage collector nothing; kept for seconds, they were half of what the agent cost.
   * @param time start of the oldest request that may still get a verdict, ms; Infinity: there is none
   */
  forgetBefore(time: number): void {
    for (let oldest = this.finished.peek(); oldest !== undefined && oldest.end < time; oldest = this.finished.peek()) {
      this.#drop(oldest);
    }
    for (const closed of [this.closedHolds, this.closedGateHolds, this.closedLookups, this.poolJobs.closed]) {
      forgetUntil(closed, time);
    }
  }

  #evict(): void {
    const oldest = this.finished.peek();
    if (oldest === undefined) return;
    this.#drop(oldest);
    this.evictedUntil = Math.max(this.evictedUntil, oldest.end);
  }

  #drop(oldest: RequestRecord): void {
    this.finished.shift();
    this.#bytes -= REQUEST_BYTES + oldest.ops.length * OP_BYTES;
    if (goesOn(oldest)) {
      this.leftBehind.push(oldest);
      if (this.leftBehind.size > MAX_LEFT_BEHIND) this.leftBehind.shift();
      return;
    }
    // A leaked hold may still point at the request: its name stays, its ops go.
    oldest.ops = [];
  }
}

/** Its caller left before the end, or it ended before its own work did: it may hold up others from now on. */
function goesOn({ cancelledAt, ops }: RequestRecord): boolean {
  return cancelledAt !== OPEN || ops.some((op) => op.end === OPEN);
}

function forgetUntil(records: Fifo<{ readonly end: number }>, time: number): void {
  for (let oldest = records.peek(); oldest !== undefined && oldest.end < time; oldest = records.peek()) records.shift();
}

/** It waited for nothing, was over at once and met its deadline: nobody will ask what it did. */
function isPasserBy({ ops, start, end, status, cancelledAt, deadlineAt }: RequestRecord): boolean {
  const answered = status >= 100 && status < 500;
  return ops.length === 0 && end - start < PASSING_MS && end <= deadlineAt && cancelledAt === OPEN && answered;
}
