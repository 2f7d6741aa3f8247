import type { Frame } from './op.ts';
import type { RequestId } from './request.ts';
import type { Ns } from './time.ts';

export type ResourceId = string & { readonly __id: 'resource' };

/** The one event loop of the process. */
export const EVENT_LOOP = 'event-loop' as ResourceId;

/** The slots libuv gives to getaddrinfo. */
export const DNS_SLOTS = 'dns-slots' as ResourceId;

/** The threads of libuv's pool. */
export const THREAD_POOL = 'thread-pool' as ResourceId;

/** A thing with capacity that requests hold and wait for. */
export interface Resource {
  readonly id: ResourceId;
  readonly kind: 'db-pool' | 'socket-pool' | 'event-loop' | 'dns-slots' | 'thread-pool' | 'lock' | 'worker-pool';
  /** For people: `pg pool 127.0.0.1:5432/shop`. */
  readonly name: string;
  readonly capacity?: number;
}

/** Who holds or held something; enough to name it after its records were evicted. */
export interface Holder {
  /** Absent: work outside any request (a background job, start-up). */
  readonly requestId?: RequestId;
  /** Route, or `background`. */
  readonly route: string;
  /** When the holder's request ended; absent while it runs, and for background work. */
  readonly requestEnd?: Ns;
}

/** One unit of a resource (one connection of a pool) in one holder's hands. */
export interface Hold {
  readonly resource: ResourceId;
  readonly unit: string;
  readonly holder: Holder;
  readonly start: Ns;
  /** Absent: still held. */
  readonly end?: Ns;
  /** Where it was taken, when recorded. */
  readonly stack?: readonly Frame[];
}
