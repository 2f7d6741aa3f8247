import type { Frame, VerdictJson } from '@holdup/model';
import type { VerdictCount } from './readers/verdict-log.ts';

/**
 * What readers tell endpoints, as JSON. Times in milliseconds, moments as epoch milliseconds. Of requests no more than a verdict
 * says: route, trace id, shapes of statements, hosts.
 */

export interface OpWire {
  /** For people: `SELECT … FROM stock WHERE id = ?`. */
  readonly name: string;
  readonly account: string;
  readonly forMs: number;
  /** Id of what it waits for or works with. */
  readonly resource?: string;
  /** Where in the host's code it began, innermost first; absent where that was not taken. */
  readonly stack?: readonly Frame[];
}

export interface RequestWire {
  readonly id: string;
  readonly route: string;
  readonly kind: 'http' | 'job';
  readonly traceId?: string;
  readonly ageMs: number;
  readonly budgetMs: number | null;
  readonly budgetSource: string | null;
  /** Negative: so long ago its deadline passed. */
  readonly remainingMs: number | null;
  /** The caller has left. */
  readonly cancelled: boolean;
  /** Its code runs at this moment. */
  readonly running: boolean;
  /** Under way, the latest last. Empty: between ops, or it waits for something nobody watches. */
  readonly ops: readonly OpWire[];
  readonly opsLeftOut: number;
}

export interface InFlightWire {
  readonly at: number;
  readonly total: number;
  /** The most urgent first. */
  readonly requests: readonly RequestWire[];
  readonly leftOut: number;
  /** What the main thread ran as it was asked; null: nothing. */
  readonly running: { readonly stack: readonly Frame[]; readonly request?: string; readonly route?: string } | null;
}

export interface PartyWire {
  readonly request?: string;
  readonly route: string;
  readonly forMs: number;
}

export interface HolderWire extends PartyWire {
  readonly unit: string;
  /** What its request waits for or does meanwhile. */
  readonly doing?: string;
  /** Its request has ended: a leak, or it is about to be given back. */
  readonly ended: boolean;
}

export interface PoolWire {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly capacity: number | null;
  readonly inUse: number;
  readonly waiting: number;
  /** The longest first; at most so many are told, the numbers above are whole. */
  readonly holders: readonly HolderWire[];
  readonly waiters: readonly PartyWire[];
}

export interface PoolsWire {
  readonly at: number;
  readonly pools: readonly PoolWire[];
  readonly leftOut: number;
}

export interface BlockWire {
  readonly startedAt: number;
  readonly ms: number;
  /** CPU time meanwhile; absent: not known. Far less than `ms`: it slept in a system call, or the machine was busy. */
  readonly cpuMs?: number;
  readonly native: boolean;
  readonly route?: string;
  readonly request?: string;
  readonly stack: readonly Frame[] | null;
}

export interface LoopWire {
  readonly at: number;
  readonly running: InFlightWire['running'];
  /** The latest first. */
  readonly blocks: readonly BlockWire[];
  readonly blockCount: number;
  readonly blockMs: number;
  /** Since the process began. */
  readonly busyMs: number;
  readonly idleMs: number;
  readonly gcCount: number;
  readonly gcMs: number;
  readonly lastGc: readonly { readonly startedAt: number; readonly ms: number; readonly kind: string }[];
}

export interface VerdictsWire {
  readonly at: number;
  readonly verdicts: readonly VerdictJson[];
  readonly made: number;
  readonly skipped: number;
}

export interface CountersWire {
  readonly at: number;
  readonly requests: number;
  readonly inFlight: number;
  readonly late: readonly VerdictCount[];
  readonly skipped: number;
  readonly loop: Pick<LoopWire, 'blockCount' | 'blockMs' | 'busyMs' | 'idleMs' | 'gcCount' | 'gcMs'>;
  readonly pools: readonly Pick<PoolWire, 'name' | 'kind' | 'capacity' | 'inUse' | 'waiting'>[];
}

/** Milliseconds; `none`: there is no limit; null: left to the other side; `unknown`: it cannot be known, `why` says so. */
export interface LimitWire {
  /** Its name in its library. */
  readonly setting: string;
  readonly ms: number | 'none' | 'unknown' | null;
  readonly why?: string;
}

export interface ServerWire {
  readonly name: string;
  /** `127.0.0.1:3000`, or the path of a socket. */
  readonly listens: string;
  readonly limits: readonly LimitWire[];
  /** How much longer than `keepAliveTimeout` an idle socket stays open; null: this Node has no such setting. */
  readonly keepAliveTimeoutBufferMs: number | null;
  /** null: no limit. */
  readonly maxRequestsPerSocket: number | null;
}

export interface ClientWire {
  readonly library: string;
  readonly name: string;
  /** `http://partner:80`; absent: whoever it is asked for. */
  readonly to?: string;
  readonly limits: readonly LimitWire[];
  readonly keepAlive: boolean;
  /** To one host; null: no limit. */
  readonly maxSockets: number | null;
  readonly maxTotalSockets: number | null;
  /** null: it has no such thing. */
  readonly pipelining: number | null;
}

export interface PoolLimitsWire {
  readonly driver: string;
  readonly system: string;
  readonly name: string;
  /** `127.0.0.1:5432/shop` */
  readonly to: string;
  /** null: no limit. */
  readonly max: number | null;
  readonly limits: readonly LimitWire[];
}

export interface TimeoutsWire {
  /** What this document is, for whoever finds it in a file. */
  readonly holdup: 'timeouts';
  readonly at: number;
  readonly pid: number;
  readonly node: string;
  /** After which the agent calls a request late that brought no deadline. It ends nothing. */
  readonly budget: {
    readonly ms: number | 'none';
    readonly source: 'default' | 'HOLDUP_BUDGET';
    readonly routes: readonly { readonly route: string; readonly ms: number }[];
  };
  readonly servers: readonly ServerWire[];
  readonly clients: readonly ClientWire[];
  readonly pools: readonly PoolLimitsWire[];
}
