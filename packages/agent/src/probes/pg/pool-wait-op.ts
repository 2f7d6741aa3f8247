import type { Op, OpId, Resource } from '@holdup/model';
import { endOf, toNs } from '../../clock.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';

/** What the pool looked like as the wait began. */
export interface PoolNumbers {
  readonly max: number;
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/** One `pool.connect`, or the one inside `pool.query`. */
export class PoolWaitOp extends OpRecord {
  readonly numbers: PoolNumbers;
  resource: Resource | undefined = undefined;
  unit: string | undefined = undefined;

  constructor(request: RequestRecord, start: number, numbers: PoolNumbers) {
    super(request, start);
    this.numbers = numbers;
  }

  /** All connections were taken and no more may be opened. */
  get full(): boolean {
    return this.numbers.idle === 0 && this.numbers.total >= this.numbers.max;
  }

  override usualKey(): string {
    return `pool ${this.resource?.id ?? ''}`;
  }

  override toOp(id: OpId): Op {
    const { numbers, resource } = this;
    const pool = resource?.id ?? ('pg:unknown' as Resource['id']);
    return {
      id,
      name: `connection from ${resource?.name ?? 'a pg pool'}`,
      start: toNs(this.start),
      ...endOf(this.end),
      // A free connection is handed over in the next turn of the loop; below the limit a new one is opened.
      account: this.full || numbers.idle > 0 ? 'db.pool-queue' : 'db.connect',
      phases: [],
      detail: {
        kind: 'pool-wait',
        pool,
        ...(this.unit === undefined ? {} : { unit: this.unit }),
        max: numbers.max,
        total: numbers.total,
        idle: numbers.idle,
        waiting: numbers.waiting,
        immediate: numbers.idle > numbers.waiting,
      },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
    };
  }
}
