import type { Op, OpId } from '@holdup/model';
import { endOf, toNs } from '../../clock.ts';
import { type Cut, poolJobIdOf } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { PoolJobRecord } from '../../recorder/pool-jobs.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';

/** A file, crypto or zlib call of a request. Of its arguments nothing is kept: paths hold names. */
export class PoolOp extends OpRecord {
  readonly job: PoolJobRecord;

  constructor(request: RequestRecord, job: PoolJobRecord) {
    super(request, job.start);
    this.job = job;
  }

  override usualKey(): undefined {
    return undefined;
  }

  /** What of it was queueing for a thread is found by the engine, from all jobs of the process. */
  override toOp(id: OpId, _cut: Cut): Op {
    const { job, failure } = this;
    return {
      id,
      name: job.call,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'threadpool',
      phases: [],
      detail: { kind: 'threadpool', call: job.call, job: poolJobIdOf(job) },
      ...(failure === undefined ? {} : { failure: failureOf(failure) }),
    };
  }
}
