import type { GcPause, OpId, RequestId } from '@holdup/model';
import { now, OPEN } from '../clock.ts';
import { cpuClock } from '../cpu-clock.ts';
import { Cut, lookupSlots, poolThreads, traceIdOf } from '../recorder/cut.ts';
import type { DeepRecorder, Flight } from '../recorder/flight.ts';
import type { OpRecord } from '../recorder/op-record.ts';
import type { PoolJobRecord } from '../recorder/pool-jobs.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { routeOf } from '../recorder/route.ts';
import type { BlockRecord, HoldRecord, LookupRecord } from '../recorder/shared-records.ts';
import { BEAT_MS, LATE_MS } from '../watchdog/timing.ts';
import {
  type BusyRow,
  type DeepRows,
  type GcRow,
  type HoldRow,
  type JobRow,
  NO_STACK,
  type RequestRow,
  type TickRow,
  type WaitRow,
} from './rows.ts';
import { StackStore } from './stack-store.ts';
import { socketsOf, waitParts } from './wait-parts.ts';

/** Kept between two drains, each. At two drains a second this is some thousand a second, and at most a few megabytes. */
const MAX_ROWS = 4_000;
const NS_PER_MS = 1e6;

/** Sorts of waits summed up. */
const MAX_BULK = 500;

/** Marks that tell whose a stretch was come this much later at most, unless the loop is blocked. Milliseconds. */
const BUSY_LAG_MS = BEAT_MS + LATE_MS;

/** A window says where waits and holds began. Stacks a second: at most 2 % of a core. */
const STACKS_PER_SECOND = 400;

/** While requests are late nobody asked to pay for it: at most half a percent of a core. */
const FEW_STACKS_PER_SECOND = 100;

/**
 * Who looks. `endpoint`: somebody asked for a profile. `late`: requests are late; only where waits begin and what runs is of use,
 * nothing is kept of what ends, and there is nothing to drain. `late-to-file`: the whole of it is written besides.
 */
export type DeepScope = 'endpoint' | 'late' | 'late-to-file';

/** What came since the last drain. */
class Fresh {
  readonly ops: OpRecord[] = [];
  readonly bulk = new Map<string, { readonly name: string; count: number; ms: number }>();
  readonly holds: HoldRecord[] = [];
  readonly requests: RequestRow[] = [];
  readonly jobs: JobRow[] = [];
  readonly gc: GcRow[] = [];
  readonly blocks: BusyRow[] = [];
  readonly ticks: TickRow[] = [];
}

/**
 * Deeper recording while somebody looks: stacks of waits and holds, and everything that ends, which the flight memory itself
 * lets go of at once. Off, it costs the flight memory a test of a field per event.
 */
export class DeepWindow implements DeepRecorder {
  readonly stacks: StackStore;
  readonly #flight: Flight;
  readonly #keepsRows: boolean;
  readonly #keepsSampled: boolean;
  readonly #cpuUsage = cpuClock();
  #fresh = new Fresh();
  readonly #sampled: OpRecord[] = [];
  #busyFrom = now();
  #dropped = 0;

  /** @param firstStack number of its first stack */
  constructor(flight: Flight, firstStack: number, scope: DeepScope) {
    this.#flight = flight;
    this.#keepsRows = scope !== 'late';
    this.#keepsSampled = scope !== 'endpoint';
    this.stacks = new StackStore(firstStack, scope === 'endpoint' ? STACKS_PER_SECOND : FEW_STACKS_PER_SECOND);
  }

  opened(op: OpRecord): void {
    op.stack = this.stacks.take(op.start, this.opened);
    if (this.#keepsSampled && op.stack !== NO_STACK) this.#push(this.#sampled, op);
  }

  held(hold: HoldRecord, wait: OpRecord | undefined): void {
    if (this.#keepsRows) hold.stack = wait?.stack ?? this.stacks.take(hold.start, this.held);
  }

  closed(op: OpRecord): void {
    if (!this.#keepsRows) return;
    if (this.#fresh.ops.length < MAX_ROWS) this.#fresh.ops.push(op);
    else this.#sumUp(op);
  }

  released(hold: HoldRecord): void {
    if (this.#keepsRows) this.#push(this.#fresh.holds, hold);
  }

  finished(request: RequestRecord): void {
    if (this.#keepsRows) this.#push(this.#fresh.requests, this.#requestRow(request));
  }

  worked(job: PoolJobRecord): void {
    if (this.#keepsRows) this.#push(this.#fresh.jobs, jobRow(job));
  }

  lookedUp(lookup: LookupRecord): void {
    if (this.#keepsRows) this.#push(this.#fresh.jobs, lookupRow(lookup));
  }

  collected({ start, end, kind }: GcPause): void {
    if (this.#keepsRows) this.#push(this.#fresh.gc, [start / NS_PER_MS, end / NS_PER_MS, kind]);
  }

  blocked(block: BlockRecord): void {
    if (this.#keepsRows) this.#push(this.#fresh.blocks, blockRow(block, block.start));
  }

  /** Waits with a stack, unless an endpoint looks, which has its own way to share them. */
  get sampled(): readonly OpRecord[] {
    return this.#sampled;
  }

  /** Since the last drain. */
  get ticks(): readonly TickRow[] {
    return this.#fresh.ticks;
  }

  /**
   * Whose code was interrupted to call this, and where it was.
   * @param below frames from this function upwards are not the host's
   */
  tick(request: RequestRecord | undefined, below: (...args: never[]) => unknown): void {
    if (this.#fresh.ticks.length >= MAX_ROWS) this.#dropped++;
    else this.#fresh.ticks.push([now(), request?.number ?? 0, this.stacks.takeAlways(below)]);
  }

  /**
   * What came since the last time. May run in the middle of anything that runs on the main thread: no regular expressions,
   * see the watchdog's README.
   * @param isLast also what is still open: requests in flight, their waits and holds
   */
  drain(isLast: boolean): DeepRows {
    const at = now();
    const fresh = this.#fresh;
    this.#fresh = new Fresh();
    if (isLast) this.#addOpen(fresh, at);
    const cut = new Cut(this.#flight, at, at);
    const busyUntil = isLast ? at : Math.max(this.#busyFrom, at - BUSY_LAG_MS);
    return {
      at,
      toHrMs: Number(process.hrtime.bigint()) / NS_PER_MS - now(),
      originMs: performance.timeOrigin,
      cpuMs: this.#cpuUsage(),
      busyUntil,
      waits: fresh.ops.map((op) => this.#waitRow(op, cut, at)),
      bulk: [...fresh.bulk.values()],
      holds: fresh.holds.map((hold) => this.#holdRow(hold)),
      requests: fresh.requests,
      busy: this.#busy(busyUntil),
      blocks: fresh.blocks,
      jobs: fresh.jobs,
      poolThreads: poolThreads(),
      lookupSlots: lookupSlots(),
      gc: fresh.gc,
      ticks: this.#tickRows(fresh.ticks),
      ...this.stacks.drain(),
      dropped: this.#dropped,
    };
  }

  #push<T>(rows: T[], row: T): void {
    if (rows.length < MAX_ROWS) rows.push(row);
    else this.#dropped++;
  }

  #addOpen(fresh: Fresh, at: number): void {
    const { inFlight, openHolds, openBlock, openLookups, poolJobs } = this.#flight;
    for (const request of inFlight) {
      if (fresh.requests.length >= 2 * MAX_ROWS) break;
      fresh.requests.push(this.#requestRow(request));
      for (const op of request.ops) if (op.end === OPEN && fresh.ops.length < 2 * MAX_ROWS) fresh.ops.push(op);
    }
    for (const hold of openHolds) if (fresh.holds.length < 2 * MAX_ROWS) fresh.holds.push(hold);
    for (const job of poolJobs.open) if (fresh.jobs.length < 2 * MAX_ROWS) fresh.jobs.push(jobRow(job));
    for (const lookup of openLookups) if (fresh.jobs.length < 2 * MAX_ROWS) fresh.jobs.push(lookupRow(lookup));
    if (openBlock !== undefined) fresh.blocks.push(blockRow(openBlock.block, at * NS_PER_MS));
  }

  #sumUp(op: OpRecord): void {
    const { bulk } = this.#fresh;
    const name = op.usualKey() ?? op.constructor.name;
    const known = bulk.get(name);
    const ms = op.end - op.start;
    if (known !== undefined) {
      known.count++;
      known.ms += ms;
    } else if (bulk.size < MAX_BULK) bulk.set(name, { name, count: 1, ms });
    else this.#dropped++;
  }

  /** Of the loop itself there is no stack. */
  #tickRows(ticks: readonly TickRow[]): TickRow[] {
    const rows = ticks.map(([at, request, stack]): TickRow => [at, request, this.stacks.rowOf(stack)]);
    return rows.filter(([, , row]) => row !== NO_STACK);
  }

  #waitRow(op: OpRecord, cut: Cut, at: number): WaitRow {
    const model = op.toOp('deep' as OpId, cut);
    const { name, detail } = model;
    const { start, end, request } = op;
    return {
      name,
      parts: waitParts(model, at),
      start,
      end,
      stack: this.stacks.rowOf(op.stack),
      request: request.number,
      holds: detail.kind === 'http-client' ? (detail.socketPool ?? socketsOf(detail.host)) : '',
    };
  }

  #holdRow({ resource, stack, request, start, end }: HoldRecord): HoldRow {
    const { id, name } = resource;
    return { resource: id, name, stack: this.stacks.rowOf(stack), request: request?.number ?? 0, start, end };
  }

  #requestRow(request: RequestRecord): RequestRow {
    const { number, start, end } = request;
    return { number, route: routeOf(request), traceId: traceIdOf(request, this.#flight.random), start, end };
  }

  #busy(until: number): BusyRow[] {
    const from = this.#busyFrom;
    this.#busyFrom = until;
    return busyRows(this.#flight, from, until);
  }
}

/** Whose turn it was on the event loop, by the marks of the probes. */
export function busyRows(flight: Flight, from: number, to: number): BusyRow[] {
  const holderOf = (number: number) => ({ requestId: `r${number}` as RequestId, route: '' });
  return flight.loop.stretches(from, to, BEAT_MS, holderOf).map(({ start, end, holder }): BusyRow => {
    const request = Number(holder?.requestId?.slice(1) ?? 0);
    return [Math.max(from, start / NS_PER_MS), Math.min(to, end / NS_PER_MS), request];
  });
}

function jobRow({ number, call, steps, request, start, end }: PoolJobRecord): JobRow {
  return { number, call, kind: steps, request: request?.number ?? 0, start, end };
}

/** Which host was asked for is none of a profile's business. */
function lookupRow({ number, request, start, end }: LookupRecord): JobRow {
  return { number, call: 'dns.lookup', kind: 'lookup', request: request?.number ?? 0, start, end };
}

/** @param until end of a block that goes on, ns */
function blockRow({ start, end, owner }: BlockRecord, until: number): BusyRow {
  return [start / NS_PER_MS, (end ?? until) / NS_PER_MS, owner?.number ?? 0];
}
