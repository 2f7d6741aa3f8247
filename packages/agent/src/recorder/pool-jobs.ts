import type { PoolJob } from '@holdup/model';
import { now, OPEN } from '../clock.ts';
import { Fifo } from './fifo.ts';
import type { RequestRecord } from './request-record.ts';

/** Those that are over and kept: at four threads more than any wait of a second or two is about. */
const MAX_CLOSED = 2_000;
/** Beyond so many under way at once the rest goes unrecorded. */
const MAX_OPEN = 10_000;

/** A call whose work libuv's thread pool does. */
export class PoolJobRecord {
  readonly number: number;
  readonly call: string;
  readonly steps: PoolJob['steps'];
  /** Undefined: background work. */
  readonly request: RequestRecord | undefined;
  readonly start = now();
  end = OPEN;

  constructor(number: number, call: string, steps: PoolJob['steps'], request: RequestRecord | undefined) {
    this.number = number;
    this.call = call;
    this.steps = steps;
    this.request = request;
  }
}

/** The thread pool's jobs of the whole process: they share its threads. */
export class PoolJobs {
  readonly open = new Set<PoolJobRecord>();
  readonly closed = new Fifo<PoolJobRecord>();
  /** Told of each that ends, while deeper recording is on. */
  onEnd: ((job: PoolJobRecord) => void) | undefined = undefined;
  #count = 0;

  /** Undefined: there are too many. */
  begin(call: string, steps: PoolJob['steps'], request: RequestRecord | undefined): PoolJobRecord | undefined {
    if (this.open.size >= MAX_OPEN) return undefined;
    const job = new PoolJobRecord(++this.#count, call, steps, request);
    this.open.add(job);
    return job;
  }

  end(job: PoolJobRecord): void {
    if (!this.open.delete(job)) return;
    job.end = now();
    this.onEnd?.(job);
    this.closed.push(job);
    if (this.closed.size > MAX_CLOSED) this.closed.shift();
  }
}
