import type { Op } from './op.ts';
import type { Ns } from './time.ts';

/** Unique within one recording. */
export type RequestId = string & { readonly __id: 'request' };

export type Outcome = 'ok' | 'deadline-exceeded' | 'cancelled' | 'error';

/** Where a budget came from, strongest first: an explicit one, a received header, configuration. */
export type DeadlineSource =
  | 'explicit'
  | 'grpc-timeout'
  | 'x-envoy-expected-rq-timeout-ms'
  | 'x-request-timeout-ms'
  | 'route-budget'
  | 'default-budget';

export interface Deadline {
  readonly at: Ns;
  readonly budget: Ns;
  readonly source: DeadlineSource;
}

/** How long the same thing took before, when all was well. Absent until enough was seen. */
export interface Usual {
  readonly count: number;
  readonly median: Ns;
  readonly p90: Ns;
}

export interface ServerTimeout {
  /**
   * `requestTimeout` bounds how long a request may take to come in, `timeout` how long nothing may move on its
   * connection.
   */
  readonly limit: 'requestTimeout' | 'timeout';
  readonly limitMs: number;
  readonly at: Ns;
}

/** A unit of work with a start, maybe a deadline, an outcome. */
export interface Request {
  readonly id: RequestId;
  readonly traceId: string;
  readonly kind: 'http' | 'message' | 'job';
  /** Method and route pattern, never the raw URL: `GET /orders/:id`. */
  readonly route: string;
  readonly start: Ns;
  /** Absent while in flight. */
  readonly end?: Ns;
  readonly deadline?: Deadline;
  /** `deadline-exceeded` also for a request in flight whose deadline has passed. */
  readonly outcome: Outcome;
  readonly status?: number;
  /** When the caller went away before the response was complete. */
  readonly cancelledAt?: Ns;
  /** One of the server's own timers ended it. */
  readonly serverTimeout?: ServerTimeout;
  /** Ordered by start. */
  readonly ops: readonly Op[];
  /** Ops beyond what is kept of one request: their time shows as gaps. */
  readonly droppedOps?: number;
  /** Earlier requests of this route that met their deadline. */
  readonly usual?: Usual;
}
