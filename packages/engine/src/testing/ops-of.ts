import {
  type Account,
  type ConnectAttempt,
  type DatabaseSystem,
  type LookupId,
  msToNs,
  type Ns,
  type Op,
  type OpDetail,
  type OpFailure,
  type OpId,
  type Phase,
  type PoolJobId,
  type ResourceId,
  type SocketDetail,
  type Usual,
} from '@holdup/model';

/** An op still without the id its recording gives it. */
export type OpDraft = (id: OpId) => Op;

/** All times in milliseconds of the recording. */
export interface Span {
  readonly from: number;
  /** Absent: still open. */
  readonly to?: number;
}

export interface OpOptions extends Span {
  /** `{ dns: [0, 12], tcp: [12, 15] }`; a phase without an end is open. */
  readonly phases?: { readonly [A in Account]?: readonly [number, number?] };
  readonly usual?: UsualDraft;
  readonly failure?: Partial<OpFailure>;
}

/** Median and 90th percentile in ms. */
export type UsualDraft = readonly [median: number, p90: number];

export function usualOf([median, p90]: UsualDraft): Usual {
  return { count: 40, median: msToNs(median), p90: msToNs(p90) };
}

export function spanOf({ from, to }: Span): { start: Ns; end?: Ns } {
  return to === undefined ? { start: msToNs(from) } : { start: msToNs(from), end: msToNs(to) };
}

function opOf(name: string, account: Account, options: OpOptions, detail: OpDetail): OpDraft {
  const { phases, usual, failure } = options;
  const drawn = Object.entries(phases ?? {}).map(
    ([phase, [from, to]]): Phase => ({
      account: phase as Account,
      ...spanOf({ from, ...(to === undefined ? {} : { to }) }),
    }),
  );
  return (id) => ({
    id,
    name,
    ...spanOf(options),
    account,
    phases: drawn.sort((a, b) => a.start - b.start),
    detail,
    ...(usual === undefined ? {} : { usual: usualOf(usual) }),
    ...(failure === undefined
      ? {}
      : { failure: { name: 'Error', message: 'it failed', timeout: false, aborted: false, ...failure } }),
  });
}

export interface CallOptions extends OpOptions {
  readonly host?: string;
  readonly path?: string;
  readonly status?: number;
  readonly bodyBytes?: number;
  readonly socketLimit?: number;
  readonly socketPool?: string;
  readonly attempts?: readonly AttemptDraft[];
  /** A kept-alive connection it was sent over: ms since it stood, calls before this one. */
  readonly reused?: { readonly age: number; readonly uses: number; readonly idle?: number };
  readonly timeoutMs?: number;
  readonly unbounded?: boolean;
  /** Tells calls of one name apart. */
  readonly target?: number;
}

export interface AttemptDraft extends Span {
  readonly address: string;
  readonly result: ConnectAttempt['result'];
  readonly code?: string;
  readonly cut?: boolean;
}

/** An outgoing HTTP call, to its first byte unless phases say otherwise. */
export function call(options: CallOptions): OpDraft {
  const {
    host = 'api.example:443',
    path = '/',
    status,
    bodyBytes,
    socketLimit,
    socketPool,
    attempts,
    reused,
    timeoutMs,
    unbounded,
    target,
  } = options;
  const origin = `https://${host}`;
  return opOf(`GET ${origin}${path}`, 'http.first-byte', options, {
    kind: 'http-client',
    method: 'GET',
    origin,
    host,
    library: 'undici',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(unbounded === undefined ? {} : { unbounded }),
    ...(target === undefined ? {} : { target }),
    ...(status === undefined ? {} : { status }),
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...(socketLimit === undefined ? {} : { socketLimit }),
    ...(socketPool === undefined ? {} : { socketPool: socketPool as ResourceId }),
    ...(attempts === undefined ? {} : { socket: { reused: false, attempts: attempts.map(attemptOf) } }),
    ...(reused === undefined ? {} : { socket: reusedOf(reused) }),
  });
}

function reusedOf({ age, uses, idle }: NonNullable<CallOptions['reused']>): SocketDetail {
  return {
    reused: true,
    age: msToNs(age),
    uses,
    ...(idle === undefined ? {} : { idle: msToNs(idle) }),
    attempts: [],
  };
}

function attemptOf({ address, result, code, cut, ...span }: AttemptDraft): ConnectAttempt {
  return {
    address,
    ...spanOf(span),
    result,
    ...(code === undefined ? {} : { code }),
    ...(cut === undefined ? {} : { cut }),
  };
}

/** A name lookup. `lookup` names its entry in the recording's `lookups`. */
export function dns(options: OpOptions & { readonly host: string; readonly lookup?: string }): OpDraft {
  const { host, lookup } = options;
  return opOf(`lookup ${host}`, 'dns', options, {
    kind: 'dns',
    host,
    via: 'getaddrinfo',
    ...(lookup === undefined ? {} : { lookup: lookup as LookupId }),
  });
}

/** A file, crypto or zlib call. `job` names its entry in the recording's `jobs`. */
export function poolJob(options: OpOptions & { readonly call: string; readonly job: string }): OpDraft {
  const { call: name, job } = options;
  return opOf(name, 'threadpool', options, { kind: 'threadpool', call: name, job: job as PoolJobId });
}

export interface PoolWaitOptions extends OpOptions {
  readonly pool?: string;
  readonly unit?: string;
  readonly max?: number;
  readonly total?: number;
  readonly idle?: number;
  readonly waiting?: number;
}

/** Waiting for a connection; the pool is full unless told otherwise. */
export function poolWait(options: PoolWaitOptions): OpDraft {
  const { pool = 'shop', unit, max, total = max ?? 0, idle = 0, waiting = 0 } = options;
  return opOf(`connection of ${pool}`, 'db.pool-queue', options, {
    kind: 'pool-wait',
    pool: pool as ResourceId,
    ...(unit === undefined ? {} : { unit }),
    ...(max === undefined ? {} : { max }),
    total,
    idle,
    waiting,
    immediate: false,
  });
}

export interface QueryOptions extends OpOptions {
  readonly sql: string;
  /** The connection it ran on. */
  readonly on?: string;
  readonly keys?: readonly number[];
  readonly transaction?: string;
  readonly sqlState?: string;
  readonly locking?: boolean;
  readonly system?: DatabaseSystem;
  readonly ahead?: Span & { readonly name: string };
  readonly database?: string;
}

/** A statement; verb, tables and whether it locks are read from its text, for simple statements only. */
export function query(options: QueryOptions): OpDraft {
  const { sql, on = 'c1', keys = [], transaction, sqlState, system = 'postgresql', ahead } = options;
  const { database = 'db:5432/shop' } = options;
  const tables = [...sql.matchAll(/\b(?:FROM|UPDATE|INTO|JOIN|TABLE)\s+([\w.]+)/gi)].map((match) => match[1] ?? '');
  return opOf(sql, 'db.query', options, {
    kind: 'db-query',
    system,
    database,
    connection: on,
    shape: sql,
    verb: sql.split(' ')[0] ?? '',
    tables,
    locking: options.locking ?? /^(UPDATE|DELETE|INSERT)|FOR UPDATE/.test(sql),
    keys,
    ...(transaction === undefined ? {} : { transaction }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(ahead === undefined ? {} : { ahead: { name: ahead.name, ...spanOf(ahead) } }),
  });
}

/** Waiting for the rest of the request's own body. */
export function upload(
  options: OpOptions & { readonly bytes: number; readonly expectedBytes?: number; readonly longestGap?: number },
): OpDraft {
  const { bytes, expectedBytes, longestGap } = options;
  return opOf('body of the request', 'client.upload', options, {
    kind: 'upload',
    bytes,
    ...(expectedBytes === undefined ? {} : { expectedBytes }),
    ...(longestGap === undefined ? {} : { longestGap: msToNs(longestGap) }),
  });
}

/** A connection that is being opened: by a pool below its limit, or outside any pool. */
export function dbConnect(options: OpOptions & { readonly pool?: string }): OpDraft {
  const { pool } = options;
  if (pool === undefined) {
    const detail = { kind: 'db-connect', system: 'postgresql', database: 'db:5432/shop' } as const;
    return opOf('connect to db:5432/shop', 'db.connect', options, detail);
  }
  return (id) => ({ ...poolWait({ ...options, pool, max: 4, total: 1 })(id), account: 'db.connect' });
}

/** Waiting for a lock or a limiter; with `worker` for a free worker. */
export function gateWait(options: OpOptions & { readonly gate: string; readonly worker?: boolean }): OpDraft {
  const { gate, worker = false } = options;
  return opOf(`wait for ${gate}`, worker ? 'worker.queue' : 'lock.queue', options, {
    kind: 'resource-wait',
    resource: gate as ResourceId,
    capacity: 1,
    held: 1,
    waiting: 0,
  });
}

/** Waiting for the caller to take the response. */
export function download(options: OpOptions & { readonly complete: boolean; readonly unsentBytes?: number }): OpDraft {
  const { complete, unsentBytes } = options;
  const detail = { kind: 'download', complete, ...(unsentBytes === undefined ? {} : { unsentBytes }) } as const;
  return opOf(complete ? 'rest of the response' : 'part of the response', 'client.download', options, detail);
}

/** A task in a worker's hands. */
export function workerTask(options: OpOptions & { readonly pool: string }): OpDraft {
  return opOf(`a task of ${options.pool}`, 'worker.run', options, {
    kind: 'worker-task',
    pool: options.pool as ResourceId,
  });
}

/** A pause the program asked for. */
export function pause(options: OpOptions & { readonly to: number }): OpDraft {
  const delayMs = options.to - options.from;
  return opOf(`pause of ${delayMs} ms`, 'timer', options, { kind: 'timer', delayMs });
}
