import type { Op, OpId, Resource } from '@holdup/model';
import { endOf, OPEN, toNs } from '../clock.ts';
import type { Cut } from './cut.ts';
import { failureOf, OpRecord } from './op-record.ts';
import type { RequestRecord } from './request-record.ts';

/** How busy it was as the wait began. */
interface GateNumbers {
  readonly capacity: number | undefined;
  readonly held: number;
  readonly waiting: number;
  /** Nobody but the same request had it or waited for it. */
  readonly isBehindOwn: boolean;
}

/** Waiting for a lock, a limiter or a free worker. */
export class GateWaitOp extends OpRecord {
  readonly resource: Resource;
  readonly numbers: GateNumbers;
  unit: string | undefined = undefined;

  constructor(request: RequestRecord, start: number, resource: Resource, numbers: GateNumbers) {
    super(request, start);
    this.resource = resource;
    this.numbers = numbers;
  }

  override usualKey(): undefined {
    return undefined;
  }

  override toOp(id: OpId, cut: Cut): Op {
    const { resource, numbers } = this;
    cut.showGate(resource);
    return {
      id,
      name: `wait for ${resource.name}`,
      start: toNs(this.start),
      ...endOf(this.#isOwnWork() ? this.start : this.end),
      account: resource.kind === 'worker-pool' ? 'worker.queue' : 'lock.queue',
      phases: [],
      detail: {
        kind: 'resource-wait',
        resource: resource.id,
        ...(this.unit === undefined ? {} : { unit: this.unit }),
        ...(numbers.capacity === undefined ? {} : { capacity: numbers.capacity }),
        held: numbers.held,
        waiting: numbers.waiting,
      },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
    };
  }

  /**
   * A request that limits its own work waits for that work, and its ops say what it was. Unless nothing of it runs: then
   * it waits for itself.
   */
  #isOwnWork(): boolean {
    if (!this.numbers.isBehindOwn) return false;
    if (this.end !== OPEN && this.failure === undefined) return true;
    return this.request.ops.some((op) => op.end === OPEN && !(op instanceof GateWaitOp));
  }
}

/** A task in the hands of a worker. */
export class WorkerTaskOp extends OpRecord {
  readonly pool: Resource;

  constructor(request: RequestRecord, start: number, pool: Resource) {
    super(request, start);
    this.pool = pool;
  }

  override usualKey(): string {
    return `worker ${this.pool.name}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    cut.showGate(this.pool);
    return {
      id,
      name: `a task of ${this.pool.name}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'worker.run',
      phases: [],
      detail: { kind: 'worker-task', pool: this.pool.id },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
  }
}
