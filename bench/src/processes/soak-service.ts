/** The service of the soak: query, call, answer, and faults that are switched on and off from outside. Knows of no variant. */
import type { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import v8 from 'node:v8';
import pg from 'pg';
import type { SoakFault } from '../soak/faults.ts';
import { answerOrders } from './orders.ts';

/** What is there after a collection, with nobody asking. */
export interface Remains {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly rssBytes: number;
  /** Timers that are alive, unref'd ones included. */
  readonly timers: number;
  /** Of the process, its streams, the server and the pool. */
  readonly listeners: number;
}

export type SoakProtocol = {
  readonly fault: { readonly order: SoakFault; readonly answer: null };
  /** Event-loop delay since the last time, milliseconds. */
  readonly delay: { readonly order: null; readonly answer: { readonly p50: number; readonly p99: number } };
  readonly remains: { readonly order: null; readonly answer: Remains };
};

const POOL_SIZE = 10;
const KEEP_ALIVE_MS = 120_000;
/** One in so many requests meets the fault. */
const EVERY = 50;
const BLOCK_MS = 60;
const SLOW_MS = 250;
const GIVE_UP_MS = 20;
/** Finer than any delay that matters here, and coarse enough to cost nothing. */
const DELAY_RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;
/** Nobody listens there. */
const REFUSED = 'http://127.0.0.1:1/';

const pool = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE ?? '',
  max: POOL_SIZE,
  idleTimeoutMillis: 0,
});
const upstream = process.env.BENCH_UPSTREAM ?? '';
const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
delay.enable();
let fault: SoakFault = 'none';
let count = 0;

const faults: Readonly<Record<SoakFault, () => unknown>> = {
  none: () => {},
  'blocked loop': () => {
    const until = performance.now() + BLOCK_MS;
    while (performance.now() < until);
  },
  'slow query': () => pool.query('SELECT pg_sleep($1)', [SLOW_MS / 1_000]),
  'slow work': () => pause(SLOW_MS),
  'refused calls': () => fetch(REFUSED).catch(() => {}),
  'given up': () => fetch(`${upstream}/hang`, { signal: AbortSignal.timeout(GIVE_UP_MS) }).catch(() => {}),
};

async function answer(id: number): Promise<object> {
  if (++count % EVERY === 0) await faults[fault]();
  const { rows } = await pool.query('SELECT id, name, stock FROM product WHERE id = $1', [id]);
  const response = await fetch(`${upstream}/price/${id}`);
  return { ...rows[0], price: await response.json() };
}

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
  const body = JSON.stringify(await answer(Number(/\d+$/.exec(request.url ?? '')?.[0])));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});

function countListeners(): number {
  const emitters: readonly EventEmitter[] = [process, process.stdout, process.stderr, server, pool];
  return emitters
    .flatMap((emitter) => emitter.eventNames().map((name) => emitter.listenerCount(name)))
    .reduce((sum, listeners) => sum + listeners, 0);
}

function countTimers(): number {
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  return v8.queryObjects(timer.constructor as () => unknown, { format: 'count' });
}

function findRemains(): Remains {
  // Twice: what the first one finalizes is collected by the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const counts = { timers: countTimers(), listeners: countListeners() };
  return { heapBytes: heapUsed, externalBytes: external, rssBytes: rss, ...counts };
}

server.listen(0, '127.0.0.1', () => {
  answerOrders<SoakProtocol>((server.address() as AddressInfo).port, {
    fault: (next) => {
      fault = next;
      return null;
    },
    delay: () => {
      const [p50, p99] = [50, 99].map((percent) => delay.percentile(percent) / NS_PER_MS);
      delay.reset();
      return { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN };
    },
    remains: findRemains,
  });
});
