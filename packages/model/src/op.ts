import type { Account } from './account.ts';
import type { Usual } from './request.ts';
import type { ResourceId } from './resource.ts';
import type { Ns } from './time.ts';

/** Unique within one recording. */
export type OpId = string & { readonly __id: 'op' };

/** A stretch of an op on an account of its own. Phases of one op are disjoint, ordered and inside the op. */
export interface Phase {
  readonly account: Account;
  readonly start: Ns;
  /** Absent: still open. */
  readonly end?: Ns;
  /** What a person should know: an address tried, a record type asked for. */
  readonly note?: string;
}

/** One source line, innermost frame first in a stack. */
export interface Frame {
  readonly function: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface OpFailure {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  /** The op ended because some timer decided so. */
  readonly timeout: boolean;
  /** The op ended because its own side aborted it. */
  readonly aborted: boolean;
}

export interface SocketDetail {
  readonly reused: boolean;
  /** Since the socket connected, at the moment this op got it. */
  readonly age?: Ns;
  /** Calls that were sent over it before this one. */
  readonly uses?: number;
  /** From the headers of the last answer over it to this call's being sent. */
  readonly idle?: Ns;
  readonly local?: string;
  readonly remote?: string;
  /** Address attempts in order, for `connect-stalled`. */
  readonly attempts: readonly ConnectAttempt[];
}

export interface ConnectAttempt {
  readonly address: string;
  readonly start: Ns;
  readonly end?: Ns;
  readonly result: 'connected' | 'failed' | 'timed-out' | 'open';
  /** Neither peer nor kernel ended it: the runtime's cap for one address of several (Happy Eyeballs) did. */
  readonly cut?: boolean;
  readonly code?: string;
}

export type DatabaseSystem = 'postgresql' | 'mysql' | 'redis' | 'mongodb';

export type OpDetail =
  | {
      readonly kind: 'http-client';
      readonly method: string;
      /** `https://api.example:443` */
      readonly origin: string;
      /** Host and port: `api.example:443` */
      readonly host: string;
      readonly library: 'undici' | 'node:http' | 'node:http2';
      /** Hash of the whole path with its query: equality only, the path stays in the process. */
      readonly target?: number;
      readonly status?: number;
      readonly socket?: SocketDetail;
      /** The client's own socket limit for this host, where it has one. */
      readonly socketLimit?: number;
      /** What `http.socket-queue` time waits for, where its holds are recorded. */
      readonly socketPool?: ResourceId;
      readonly bodyBytes?: number;
      /** Milliseconds this call was given by its own signal or timeout option, where known. */
      readonly timeoutMs?: number;
      /** Nothing of its caller's ends it: a `fetch` without a signal. Absent: something may, that was not seen. */
      readonly unbounded?: boolean;
    }
  | {
      readonly kind: 'dns';
      readonly host: string;
      readonly via: 'getaddrinfo' | 'resolver';
      readonly lookup?: LookupId;
    }
  | {
      readonly kind: 'threadpool';
      /** `fs.readFile`, `crypto.scrypt`: what was called, never with what. */
      readonly call: string;
      readonly job: PoolJobId;
    }
  | { readonly kind: 'socket'; readonly host: string; readonly socket: SocketDetail }
  | {
      readonly kind: 'pool-wait';
      readonly pool: ResourceId;
      /** Which connection was handed over; absent while waiting or when none was. */
      readonly unit?: string;
      /** Pool numbers as the wait began. */
      readonly max?: number;
      readonly total: number;
      readonly idle: number;
      readonly waiting: number;
      /** A connection was free: nothing was waited for but the next turn of the loop. */
      readonly immediate: boolean;
    }
  | {
      readonly kind: 'db-query';
      readonly system: DatabaseSystem;
      /** `127.0.0.1:5432/shop` */
      readonly database: string;
      /** Connection within the process: the same id means the same session. */
      readonly connection: string;
      /** Statement without literals or parameters. */
      readonly shape: string;
      /** SELECT, UPDATE, BEGIN …, upper case. */
      readonly verb: string;
      /** Tables the statement names, lower case, without quotes. */
      readonly tables: readonly string[];
      /** The statement takes row or table locks that others can wait for. */
      readonly locking: boolean;
      /** Hashes of the parameters: equality only, the values stay in the process. */
      readonly keys: readonly number[];
      /** Statements of one transaction share it; absent outside a transaction. */
      readonly transaction?: string;
      /** SQLSTATE of the error, where the server sent one. */
      readonly sqlState?: string;
      /** What stood before it on its connection, where that was no request's: else it is an op itself. */
      readonly ahead?: { readonly name: string; readonly start: Ns; readonly end?: Ns };
    }
  /** A connection outside any pool, until the server takes statements. */
  | { readonly kind: 'db-connect'; readonly system: DatabaseSystem; readonly database: string }
  | {
      /** A lock, semaphore, limiter or worker pool inside the process. */
      readonly kind: 'resource-wait';
      readonly resource: ResourceId;
      /** Which of its places it got; absent while waiting or when none was. */
      readonly unit?: string;
      readonly capacity?: number;
      /** Places taken and others waiting as the wait began. */
      readonly held: number;
      readonly waiting: number;
    }
  | { readonly kind: 'worker-task'; readonly pool: ResourceId }
  | { readonly kind: 'timer'; readonly delayMs: number }
  | {
      readonly kind: 'upload';
      /** Of the body, come so far. */
      readonly bytes?: number;
      /** What the caller announced, where it did. */
      readonly expectedBytes?: number;
      /** Longest time without a byte while the handler waited for more. */
      readonly longestGap?: Ns;
    }
  | {
      readonly kind: 'download';
      /** The whole response had been written: only its way to the caller was left. */
      readonly complete: boolean;
      /** Written and not yet taken by the system, where it is not over. */
      readonly unsentBytes?: number;
    };

export type OpKind = OpDetail['kind'];

/** Unique within one recording. */
export type PoolJobId = string & { readonly __id: 'pool-job' };

export type LookupId = string & { readonly __id: 'lookup' };

/** Something a request did or waited for. May still be open. */
export interface Op {
  readonly id: OpId;
  readonly parent?: OpId;
  /** For people: `GET https://api.example/price`, `SELECT … FROM stock WHERE id = ?`. */
  readonly name: string;
  readonly start: Ns;
  /** Absent: still open. */
  readonly end?: Ns;
  /** Account of the time no phase covers. */
  readonly account: Account;
  readonly phases: readonly Phase[];
  readonly detail: OpDetail;
  readonly failure?: OpFailure;
  readonly stack?: readonly Frame[];
  /** Earlier ops of the same kind to the same place. */
  readonly usual?: Usual;
}
