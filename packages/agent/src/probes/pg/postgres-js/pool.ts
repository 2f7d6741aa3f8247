import type { Resource } from '@holdup/model';
import { now } from '../../../clock.ts';
import type { RequestRecord } from '../../../recorder/request-record.ts';
import type { Kit } from '../../probe.ts';
import { attach, attached } from '../../stamp.ts';
import type { PgTools } from '../client.ts';
import type { PoolResources } from '../pool-resources.ts';
import { PoolWaitOp } from '../pool-wait-op.ts';
import type { Sessions } from '../session.ts';

export interface QueueLike {
  readonly length: number;
  push(item: unknown): unknown;
}

export interface Queues {
  readonly connecting: QueueLike;
  readonly open: QueueLike;
  readonly closed: QueueLike;
  readonly ended: QueueLike;
}

export interface Options {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly database?: unknown;
  readonly max?: unknown;
}

/** A query, or what `sql.reserve` queues in place of one. Both are settled by functions they carry. */
export interface QueryLike {
  resolve?: (result: unknown) => unknown;
  reject?: (reason: unknown) => unknown;
  reserve?: (connection: object) => unknown;
  state?: unknown;
  readonly cursorFn?: unknown;
  readonly string?: unknown;
  readonly parameters?: unknown;
}

/** What is attached to a query that has to wait for a connection. */
export class Ask {
  readonly op: PoolWaitOp | undefined;
  readonly request: RequestRecord | undefined;

  constructor(op: PoolWaitOp | undefined, request: RequestRecord | undefined) {
    this.op = op;
    this.request = request;
  }
}

export function askOf(query: object): Ask | undefined {
  const known = attached(query);
  return known instanceof Ask ? known : undefined;
}

/** The connections of one `postgres()`. */
export class JsPool {
  readonly database: string;
  readonly #kit: Kit;
  readonly #sessions: Sessions;
  readonly #pools: PoolResources;
  readonly #queues: Queues;
  readonly #max: number;
  readonly #options: Options;
  #resource: Resource | undefined;

  constructor({ kit, sessions }: PgTools, pools: PoolResources, options: Options, queues: Queues) {
    this.#kit = kit;
    this.#sessions = sessions;
    this.#pools = pools;
    this.#queues = queues;
    this.#max = typeof options.max === 'number' ? options.max : 1;
    this.database = databaseOf(options);
    this.#options = options;
    attach(queues.connecting, this);
  }

  /** Named when it is first used: each `postgres()` makes a second one for `subscribe`, which most never do. */
  get resource(): Resource {
    this.#resource ??= this.#pools.name(this.#options, this.database, this.#max, 'postgres');
    return this.#resource;
  }

  /** No connection takes it now. */
  queued(query: QueryLike): void {
    this.#ask(query, 0);
  }

  /** A connection is opened for it. */
  connecting(query: QueryLike): void {
    this.#ask(query, 1);
  }

  /** @param opening connections that are opened for it and count as open already */
  #ask(query: QueryLike, opening: number): void {
    if (askOf(query) !== undefined) return;
    const request = this.#kit.context.current();
    const op = request === undefined ? undefined : new PoolWaitOp(request, now(), this.#numbers(opening));
    const ask = new Ask(op, request);
    attach(query, ask);
    if (op === undefined) return;
    this.#kit.flight.open(op);
    this.#pools.asked(this.resource, op);
    this.#watchRefusal(query, op);
    this.#watchReserving(query, ask);
  }

  /** Of `sql.reserve`. */
  #watchReserving(query: QueryLike, ask: Ask): void {
    const { reserve } = query;
    if (typeof reserve !== 'function') return;
    const obtained = this.#kit.guard((connection: object) => this.obtained(ask, this.#sessions.known(connection)?.id));
    query.reserve = (connection) => {
      obtained(connection);
      return reserve(connection);
    };
  }

  /** It goes to the server over this connection. */
  obtained({ op }: Ask, unit: string | undefined): void {
    if (op === undefined) return;
    op.unit = unit;
    this.#pools.opened(op);
    this.#kit.flight.close(op);
  }

  #watchRefusal(query: QueryLike, op: PoolWaitOp): void {
    const { reject } = query;
    if (typeof reject !== 'function') return;
    const refused = this.#kit.guard((reason: unknown) => {
      this.#pools.opened(op);
      this.#kit.flight.close(op, reason);
    });
    query.reject = (reason) => {
      refused(reason);
      return reject(reason);
    };
  }

  #numbers(opening: number) {
    const { open, closed, ended } = this.#queues;
    const total = this.#max - closed.length - ended.length - opening;
    return { max: this.#max, total, idle: open.length, waiting: 0 };
  }
}

/** Host, port and database. Never user or password. */
function databaseOf({ host, port, path, database }: Options): string {
  const [first] = Array.isArray(host) ? (host as unknown[]) : [host];
  const [firstPort] = Array.isArray(port) ? (port as unknown[]) : [port];
  const where = typeof path === 'string' && path !== '' ? path : `${first ?? 'localhost'}:${firstPort ?? 5432}`;
  return `${where}/${typeof database === 'string' ? database : ''}`;
}
