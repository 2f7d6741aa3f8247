import type { Resource, ResourceId } from '@holdup/model';
import { now } from '../clock.ts';
import type { Flight } from './flight.ts';
import { GateWaitOp, WorkerTaskOp } from './gate-ops.ts';
import type { RequestRecord } from './request-record.ts';
import { HoldRecord } from './shared-records.ts';

export interface GateFacts {
  readonly kind: 'lock' | 'worker-pool';
  /** For people: `p-limit`, `mutex`. */
  readonly label: string;
  /** Places, where there is a limit; asked as a wait begins, because limits can be changed. */
  capacity(): number | undefined;
  /** Where in the host's code it is taken, for people. Asked once, as two requests meet at it. */
  site?(): string | undefined;
}

/** Somebody who has not got it yet. */
export interface Waiter {
  readonly request: RequestRecord | undefined;
  op: GateWaitOp | undefined;
}

/** One place in somebody's hands. */
export class GateHold extends HoldRecord {
  /** In a worker's hands: the task. */
  task: WorkerTaskOp | undefined = undefined;
}

/** A name that says where it is taken, as soon as that is known. */
class GateResource implements Resource {
  readonly id: ResourceId;
  readonly kind: GateFacts['kind'];
  readonly capacity?: number;
  readonly #label: string;
  site: string | undefined = undefined;

  constructor(id: ResourceId, { kind, label, capacity }: GateFacts) {
    this.id = id;
    this.kind = kind;
    this.#label = label;
    const places = finite(capacity());
    if (places !== undefined) this.capacity = places;
  }

  get name(): string {
    return this.site === undefined ? this.#label : `${this.#label} of ${this.site}`;
  }
}

/**
 * A lock, semaphore, limiter or worker pool of the host's: who has it and who waits. Taking a free one costs a record;
 * holds reach the flight memory only while somebody waits, waits only where requests can be in one another's way.
 */
export class Gate {
  readonly resource: GateResource;
  readonly holds = new Set<GateHold>();
  readonly waiters = new Set<Waiter>();
  readonly #flight: Flight;
  readonly #facts: GateFacts;
  readonly #free: number[] = [];
  #places = 0;
  /** Who uses it alone since it was free the last time. */
  #user: RequestRecord | undefined;
  #isShared = false;
  /** Holds are put on record: a wait is. */
  #isRecorded = false;

  constructor(flight: Flight, facts: GateFacts) {
    this.#flight = flight;
    this.#facts = facts;
    this.resource = new GateResource(flight.nextGateId(facts.kind), facts);
  }

  /** @param always on record even where nobody is known to be in the way */
  wait(request: RequestRecord | undefined, always = false): Waiter {
    this.#note(request);
    const waiter: Waiter = { request, op: undefined };
    const isBehindOwn = !this.#isShared && this.holds.size > 0;
    // Of a request's waits behind its own work one is enough to see that it waits for itself.
    const isWorthIt = always || this.#isShared || (isBehindOwn && this.waiters.size === 0);
    if (request !== undefined && isWorthIt) waiter.op = this.#open(request, isBehindOwn);
    this.waiters.add(waiter);
    return waiter;
  }

  /** @param waiter absent: it was free */
  take(request: RequestRecord | undefined, waiter?: Waiter): GateHold {
    if (waiter !== undefined) this.waiters.delete(waiter);
    this.#note(request);
    const unit = String(this.#free.pop() ?? this.#places++);
    const hold = new GateHold(this.resource, unit, request, now());
    this.holds.add(hold);
    this.#flight.deep?.held(hold, waiter?.op);
    if (this.#isRecorded) this.#flight.openHolds.add(hold);
    if (this.waiters.size === 0) this.#isRecorded = false;
    const op = waiter?.op;
    if (op !== undefined) {
      op.unit = unit;
      this.#flight.close(op);
    }
    if (this.#facts.kind === 'worker-pool' && request !== undefined) {
      hold.task = new WorkerTaskOp(request, now(), this.resource);
      this.#flight.open(hold.task);
    }
    return hold;
  }

  release(hold: GateHold, failure?: unknown): void {
    if (!this.holds.delete(hold)) return;
    this.#free.push(Number(hold.unit));
    this.#flight.release(hold);
    if (hold.task !== undefined) this.#flight.close(hold.task, failure);
  }

  /** It will not get it any more. */
  leave(waiter: Waiter, failure?: unknown): void {
    if (!this.waiters.delete(waiter)) return;
    if (this.waiters.size === 0) this.#isRecorded = false;
    if (waiter.op !== undefined) this.#flight.close(waiter.op, failure);
  }

  /** All who wait were sent away. */
  clear(failure?: unknown): void {
    for (const waiter of [...this.waiters]) this.leave(waiter, failure);
  }

  #open(request: RequestRecord, isBehindOwn: boolean): GateWaitOp {
    if (this.#isShared) this.resource.site ??= this.#facts.site?.();
    if (!this.#isRecorded) for (const hold of this.holds) if (!hold.chained) this.#flight.openHolds.add(hold);
    this.#isRecorded = true;
    const op = new GateWaitOp(request, now(), this.resource, {
      capacity: finite(this.#facts.capacity()),
      held: this.holds.size,
      waiting: this.waiters.size,
      isBehindOwn,
    });
    this.#flight.open(op);
    return op;
  }

  #note(request: RequestRecord | undefined): void {
    if (this.holds.size + this.waiters.size === 0) {
      this.#user = request;
      this.#isShared = false;
    } else if (this.#user !== request) this.#isShared = true;
  }
}

function finite(capacity: number | undefined): number | undefined {
  return Number.isFinite(capacity) ? capacity : undefined;
}
