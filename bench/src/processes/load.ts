/** The clients of the service under test, in a process of their own: a fixed rate, or as fast as it answers. */
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { answerOrders } from './orders.ts';

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  /** Absent: every connection sends its next request when it has the last response. */
  readonly perSecond?: number;
  /** Opened at once when there is no rate; with a rate, opened when all others are busy. */
  readonly connections: number;
  /** Ends by itself after this many requests. */
  readonly requests?: number;
}

export interface LoadReport {
  readonly done: number;
  readonly failed: number;
  /** Requests that found all connections busy and were not sent: the service was slower than the rate. */
  readonly refused: number;
  /** From a request sent to the last byte of its response, microseconds, since the last `lap`. */
  readonly latencyUs: { readonly p50: number; readonly p99: number };
  /** The first failure in its own words. */
  readonly error?: string;
}

export type LoadProtocol = {
  readonly start: { readonly order: LoadOrder; readonly answer: null };
  /** Latencies count from now on. */
  readonly lap: { readonly order: null; readonly answer: null };
  readonly stop: { readonly order: null; readonly answer: LoadReport };
  /** Answers when `requests` are done. */
  readonly finish: { readonly order: null; readonly answer: LoadReport };
};

/** Milliseconds between two looks at what is due; a timer cannot do better than one. */
const TICK_MS = 1;
const NS_PER_US = 1_000;
/** Milliseconds to wait for the last answers. */
const DRAIN_MS = 1_000;
/** Rows the database has: see the harness. */
const IDS = 1_000;

class Load {
  readonly #order: LoadOrder;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #finished: () => void;
  readonly finish: Promise<void>;
  readonly #latencies = createHistogram();
  readonly #sentAt = new Map<Connection, bigint>();
  #ticker: ReturnType<typeof setTimeout> | undefined;
  #sent = 0;
  #done = 0;
  #failed = 0;
  #refused = 0;
  #error: string | undefined;
  #stopped = false;

  constructor(order: LoadOrder) {
    this.#order = order;
    let finished = () => {};
    this.finish = new Promise((resolve) => {
      finished = resolve;
    });
    this.#finished = finished;
    if (order.perSecond !== undefined) this.#keepRate(order.perSecond);
    else for (let i = 0; i < order.connections; i++) this.#send(this.#open());
  }

  /** Sends no more, and lets what is under way be answered: a caller that goes away is a fault the agent looks into. */
  async stop(): Promise<LoadReport> {
    this.#stopped = true;
    clearTimeout(this.#ticker);
    const giveUpAt = performance.now() + DRAIN_MS;
    while (this.#sentAt.size > 0 && performance.now() < giveUpAt) await sleep(TICK_MS);
    for (const connection of this.#all) connection.close();
    const [p50, p99] = [50, 99].map((percent) => this.#latencies.percentile(percent) / NS_PER_US);
    const latencyUs = { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN };
    const counts = { done: this.#done, failed: this.#failed, refused: this.#refused, latencyUs };
    return this.#error === undefined ? counts : { ...counts, error: this.#error };
  }

  lap(): void {
    this.#latencies.reset();
  }

  #keepRate(perSecond: number): void {
    const start = performance.now();
    let due = 0;
    const tick = () => {
      const target = Math.floor(((performance.now() - start) / 1_000) * perSecond);
      for (; due < target; due++) {
        const connection = this.#idle.pop() ?? (this.#all.size < this.#order.connections ? this.#open() : undefined);
        if (connection) this.#send(connection);
        else this.#refused += 1;
      }
      this.#ticker = setTimeout(tick, TICK_MS);
    };
    tick();
  }

  #open(): Connection {
    const connection = new Connection(
      this.#order.port,
      (one) => this.#takeResponse(one),
      (one, error) => this.#takeFailure(one, error),
    );
    this.#all.add(connection);
    return connection;
  }

  #send(connection: Connection): void {
    this.#sent += 1;
    this.#sentAt.set(connection, process.hrtime.bigint());
    connection.send(`GET ${this.#order.path}/${1 + (this.#sent % IDS)} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  }

  #takeResponse(connection: Connection): void {
    this.#done += 1;
    const sentAt = this.#sentAt.get(connection);
    this.#sentAt.delete(connection);
    if (sentAt !== undefined) this.#latencies.record(process.hrtime.bigint() - sentAt);
    this.#next(connection);
  }

  #takeFailure(connection: Connection, error: Error): void {
    this.#all.delete(connection);
    this.#sentAt.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#stopped) return;
    this.#failed += 1;
    this.#error ??= error.message;
    this.#finished();
  }

  #next(connection: Connection): void {
    if (this.#stopped) return;
    if (this.#order.perSecond !== undefined) this.#idle.push(connection);
    else if (this.#sent < (this.#order.requests ?? Number.POSITIVE_INFINITY)) this.#send(connection);
    else if (this.#done >= this.#sent) this.#finished();
  }
}

let current: Load | undefined;

function takeCurrent(): Load {
  if (!current) throw new Error('no load is running');
  return current;
}

answerOrders<LoadProtocol>(0, {
  start: async (order) => {
    await current?.stop();
    current = new Load(order);
    return null;
  },
  lap: () => {
    takeCurrent().lap();
    return null;
  },
  stop: () => takeCurrent().stop(),
  finish: async () => {
    await takeCurrent().finish;
    return takeCurrent().stop();
  },
});
