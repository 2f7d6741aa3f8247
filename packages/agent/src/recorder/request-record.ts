import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { DeadlineSource, ServerTimeout } from '@holdup/model';
import { OPEN } from '../clock.ts';
import type { Link } from './chain.ts';
import type { Download } from './download.ts';
import type { OpRecord } from './op-record.ts';
import type { Pauses } from './pauses.ts';
import type { Upload } from './upload.ts';

/** More ops than this in one request are counted, not kept: a loop over a million rows must not fill the memory. */
export const MAX_OPS_PER_REQUEST = 5_000;

/** A response of HTTP/1 or a stream of HTTP/2, as far as the agent looks at it. */
export interface ResponseLike {
  readonly headersSent: boolean;
  /** HTTP/2. */
  readonly sentHeaders?: Readonly<Record<string, unknown>> | undefined;
  /** HTTP/1, the text that went out: headers given to `writeHead` are nowhere else when none was set before. */
  readonly _header?: unknown;
  /** Bytes the system has not taken yet. */
  readonly writableLength?: number;
}

/** One request as the hot path writes it. Times in milliseconds of the agent's clock. */
export class RequestRecord implements Link<RequestRecord> {
  readonly number: number;
  readonly kind: 'http' | 'job';
  readonly method: string;
  /** Raw target, query included: never leaves the process, `routeOf` makes a route of it. */
  readonly target: string;
  readonly start: number;
  end = OPEN;
  status = 0;
  cancelledAt = OPEN;
  deadlineAt = Number.POSITIVE_INFINITY;
  budget = 0;
  deadlineSource: DeadlineSource | undefined = undefined;
  /** A route pattern a framework told us. */
  pattern: string | undefined = undefined;
  /** What its path alone says of the route, once somebody asked. */
  plainPattern: string | undefined = undefined;
  traceId: string | undefined = undefined;
  /** Kept while in flight: frameworks leave the route on it. */
  message: IncomingMessage | undefined = undefined;
  /** What a framework leaves the route on, where that is not the message. Kept while in flight. */
  routed: unknown = undefined;
  /** Kept while in flight: tells whether this is an open-ended stream. */
  response: ResponseLike | undefined = undefined;
  /** Its body, where it announced one. */
  upload: Upload | undefined = undefined;
  /** Its response, once the caller was slow to take it. */
  download: Download | undefined = undefined;
  /** Timers it set, once it set one that may be a pause. */
  pauses: Pauses | undefined = undefined;
  /** A timer of the server that fired while it was in flight; times in milliseconds. */
  serverTimeout: { readonly limit: ServerTimeout['limit']; readonly ms: number; readonly at: number } | undefined =
    undefined;
  /** Of HTTP/2. Kept while in flight: its body is read from it. */
  stream: ServerHttp2Stream | undefined = undefined;
  ops: OpRecord[] = [];
  droppedOps = 0;
  /** Some op of it ended because a timer fired. */
  sawTimeout = false;
  /** Already waiting for its verdict, or has it. */
  late = false;
  before: RequestRecord | undefined = undefined;
  after: RequestRecord | undefined = undefined;
  chained = false;

  constructor(number: number, kind: 'http' | 'job', method: string, target: string, start: number) {
    this.number = number;
    this.kind = kind;
    this.method = method;
    this.target = target;
    this.start = start;
  }
}
