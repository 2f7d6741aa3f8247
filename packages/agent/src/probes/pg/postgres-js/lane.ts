import { now } from '../../../clock.ts';
import type { RequestRecord } from '../../../recorder/request-record.ts';
import type { HoldRecord } from '../../../recorder/shared-records.ts';
import type { PgTools } from '../client.ts';
import { keysOf, NO_KEYS } from '../parameter-keys.ts';
import { QueryOp } from '../query-op.ts';
import type { Session } from '../session.ts';
import { type Ask, askOf, type JsPool, type QueryLike } from './pool.ts';

export interface ConnectionLike {
  execute: (query: QueryLike) => unknown;
  connect: (query: QueryLike) => unknown;
  /** While a transaction, or whoever reserved it, has it. */
  reserved?: unknown;
}

/** One statement that was sent and has no answer. */
interface Running {
  readonly request: RequestRecord | undefined;
  op: QueryOp | undefined;
  isOver: boolean;
}

/**
 * One connection: which statements run on it, one behind the other, and in whose hands it is: of whoever has it for a transaction or
 * reserved it, else of the statement at the front.
 */
export class Lane {
  readonly #tools: PgTools;
  readonly #pool: JsPool;
  readonly #connection: ConnectionLike;
  readonly #session: Session;
  readonly #running: Running[] = [];
  /** Whose statement is being sent at this moment. */
  #sending: Running | undefined;
  #hold: HoldRecord | undefined;
  #isReserved = false;

  constructor(tools: PgTools, pool: JsPool, connection: ConnectionLike) {
    this.#tools = tools;
    this.#pool = pool;
    this.#connection = connection;
    this.#session = tools.sessions.of(connection, () => pool.database);
  }

  watch(): void {
    const { kit } = this.#tools;
    const { execute, connect } = this.#connection;
    const begin = kit.attempt((query: QueryLike) => this.#begin(query));
    const sent = kit.guard((query: QueryLike, running: Running, start: number) => this.#sent(query, running, start));
    this.#connection.execute = (query) => {
      const start = now();
      const running = begin(query);
      try {
        return execute(query);
      } finally {
        if (running !== undefined) sent(query, running, start);
      }
    };
    const connecting = kit.guard((query: QueryLike) => this.#connecting(query));
    this.#connection.connect = (query) => {
      connecting(query);
      return connect(query);
    };
    this.#watchReserved();
  }

  /** The first query of a new connection is sent by the connection itself, which tells by giving it its state. */
  #connecting(query: QueryLike): void {
    this.#pool.connecting(query);
    if (query.reserve !== undefined) return;
    const { kit } = this.#tools;
    const begin = kit.attempt(() => this.#begin(query));
    const sent = kit.guard((running: Running, start: number) => this.#sent(query, running, start));
    let state = query.state;
    const property = { enumerable: true, configurable: true };
    Object.defineProperty(query, 'state', {
      ...property,
      get: () => state,
      set(value: unknown) {
        state = value;
        Object.defineProperty(query, 'state', { ...property, writable: true, value });
        const start = now();
        const running = begin();
        // Its text is made right after this.
        if (running !== undefined) queueMicrotask(() => sent(running, start));
      },
    });
  }

  #begin(query: QueryLike): Running | undefined {
    // Stepped through by the host: not watched, as with pg.
    if (query.cursorFn !== undefined && query.cursorFn !== null) return undefined;
    const ask = askOf(query);
    if (ask !== undefined) this.#pool.obtained(ask, this.#session.id);
    const running: Running = { request: requestOf(ask, this.#tools), op: undefined, isOver: false };
    this.#running.push(running);
    this.#sending = running;
    this.#watchEnd(query, running);
    this.#handOn();
    return running;
  }

  #sent(query: QueryLike, running: Running, start: number): void {
    if (this.#sending === running) this.#sending = undefined;
    const { request } = running;
    const { kit, statements } = this.#tools;
    if (typeof query.string !== 'string') return;
    const statement = statements.of(query.string);
    const transaction = this.#session.follow(statement.verb, statement.shape);
    if (request === undefined || running.isOver) return;
    const holdsLocks = statement.locking || transaction !== undefined;
    const keys = holdsLocks ? keysOf(query.parameters, statement) : NO_KEYS;
    const op = new QueryOp(request, start, this.#session, statement, keys, transaction);
    running.op = op;
    this.#session.last = op;
    kit.flight.open(op);
  }

  #watchEnd(query: QueryLike, running: Running): void {
    const { resolve, reject } = query;
    if (typeof resolve !== 'function' || typeof reject !== 'function') return;
    const ended = this.#tools.kit.guard((failure: unknown) => this.#end(running, failure));
    query.resolve = (result) => {
      ended(undefined);
      return resolve(result);
    };
    query.reject = (reason) => {
      ended(reason);
      return reject(reason);
    };
  }

  #end(running: Running, failure: unknown): void {
    if (running.isOver) return;
    running.isOver = true;
    const at = this.#running.indexOf(running);
    if (at >= 0) this.#running.splice(at, 1);
    if (running.op !== undefined) {
      running.op.answered();
      this.#tools.kit.flight.close(running.op, failure);
    }
    if (at === 0 && !this.#isReserved) {
      this.#release();
      this.#handOn();
    }
  }

  /** `begin` and `reserve` set it, whatever gives the connection back clears it. */
  #watchReserved(): void {
    const { kit } = this.#tools;
    let value = this.#connection.reserved;
    const taken = kit.guard(() => {
      if (this.#isReserved) return;
      this.#isReserved = true;
      this.#release();
      this.#take(this.#sending === undefined ? kit.context.current() : this.#sending.request);
    });
    const free = kit.guard(() => {
      if (!this.#isReserved) return;
      this.#isReserved = false;
      // Also where it broke in the middle of one.
      this.#session.transaction = undefined;
      this.#release();
      this.#handOn();
    });
    Object.defineProperty(this.#connection, 'reserved', {
      enumerable: true,
      configurable: true,
      get: () => value,
      set: (next: unknown) => {
        value = next;
        if (next === null || next === undefined) free();
        else taken();
      },
    });
  }

  /** To the statement at the front. */
  #handOn(): void {
    const [first] = this.#running;
    if (first !== undefined && this.#hold === undefined && !this.#isReserved) this.#take(first.request);
  }

  #take(request: RequestRecord | undefined): void {
    this.#hold = this.#tools.kit.flight.hold(this.#pool.resource, this.#session.id, request, now());
  }

  #release(): void {
    if (this.#hold !== undefined) this.#tools.kit.flight.release(this.#hold);
    this.#hold = undefined;
  }
}

function requestOf(ask: Ask | undefined, { kit }: PgTools): RequestRecord | undefined {
  return ask === undefined ? kit.context.current() : ask.request;
}
