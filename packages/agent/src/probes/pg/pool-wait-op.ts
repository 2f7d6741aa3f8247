import type { Op, OpId, Resource } from '@holdup/model';
import { endOf, toNs } from '../../clock.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { HoldRecord } from '../../recorder/shared-records.ts';

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
  /** The place in the pool that is taken while the connection for this wait is being opened. */
  opening: HoldRecord | undefined = undefined;

  constructor(request: RequestRecord, start: number, numbers: PoolNumbers) {
    super(request, start);
    this.numbers = numbers;
  }

  /** All connections were taken and no more may be opened. */
  get full(): boolean {
    return this.numbers.idle === 0 && this.numbers.total >= this.numbers.max;
  }

  /** A free connection is handed over in the next turn of the loop; below the limit a new one is opened. */
  get opens(): boolean {
    return this.numbers.idle === 0 && !this.full;
  }

  override usualKey(): string {
    return `pool ${this.resource?.id ?? ''}`;
  }

  override toOp(id: OpId): Op {
    const { numbers, resource } = this;
    const pool = resource?.id ?? ('db:unknown' as Resource['id']);
    return {
      id,
      name: `connection from ${resource?.name ?? 'a database pool'}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: this.opens ? 'db.connect' : 'db.pool-queue',
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
