/**
 * The service under test: HTTP in, what its route says, HTTP out. It is the same file in every variant and knows of none; a
 * variant is what Node was started with. Its routes are the workloads.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { answerOrders } from './orders.ts';

/** What the process has used up so far. */
export interface Sample {
  /** Monotonic, nanoseconds. */
  readonly at: number;
  /** All threads of the process, user and system, microseconds. */
  readonly cpuUs: number;
  /** Responses finished so far. */
  readonly served: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Memory outside the heap that V8 knows of: buffers, worker stacks. */
  readonly externalBytes: number;
}

export type AppProtocol = {
  /** `collect`: run the garbage collector first; needs `--expose-gc`. */
  readonly sample: { readonly order: { readonly collect: boolean }; readonly answer: Sample };
};

interface Product {
  readonly id: number;
  readonly name: string;
  readonly stock: number;
}

/** pg's own default, said aloud because saturation runs queue for it. */
const POOL_SIZE = 10;

/** Milliseconds. Longer than a window, so that no connection which a burst left unused closes in the middle of it. */
const KEEP_ALIVE_MS = 120_000;

/** No idle timeout: a connection closed between two windows would be opened again within the next. */
const pool = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE ?? '',
  max: POOL_SIZE,
  idleTimeoutMillis: 0,
});
const upstream = process.env.BENCH_UPSTREAM ?? '';
let served = 0;

async function readProduct(id: number): Promise<Product | undefined> {
  const { rows } = await pool.query<Product>('SELECT id, name, stock FROM product WHERE id = $1', [id]);
  return rows[0];
}

async function readPrice(id: number): Promise<unknown> {
  const response = await fetch(`${upstream}/price/${id}`);
  return response.json();
}

/** Fetches of one request, side by side. */
const FAN_OUT = 8;

/** Sequential awaits of one request. */
const AWAITS = 100;

async function addOne(sum: number): Promise<number> {
  return sum + 1;
}

async function awaitOften(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < AWAITS; i++) sum = await addOne(sum);
  return sum;
}

const CHUNK = Buffer.alloc(64 * 1024, 'a');
const CHUNKS = 16;

/** One megabyte, as fast as the caller takes it. */
async function streamMegabyte(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': CHUNK.length * CHUNKS });
  for (let i = 0; i < CHUNKS; i++) if (!response.write(CHUNK)) await once(response, 'drain');
  response.end();
  served += 1;
}

const workloads: Readonly<Record<string, (id: number) => Promise<object>>> = {
  '/http': async (id) => ({ id }),
  '/pg': async (id) => ({ ...(await readProduct(id)) }),
  '/fetch': async (id) => ({ id, price: await readPrice(id) }),
  '/fan-out': async (id) => ({ prices: await Promise.all(Array.from({ length: FAN_OUT }, () => readPrice(id))) }),
  '/awaits': async (id) => ({ id, sum: await awaitOften() }),
  '/pg+fetch': async (id) => ({ ...(await readProduct(id)), price: await readPrice(id) }),
};

async function answer(url: string, response: ServerResponse): Promise<void> {
  const [, route = '', id] = /^(\/[^/]*)\/(\d+)$/.exec(url) ?? [];
  if (route === '/stream') return streamMegabyte(response);
  const body = JSON.stringify((await workloads[route]?.(Number(id))) ?? { error: 'no such route' });
  const status = workloads[route] ? 200 : 404;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
  served += 1;
}

function takeSample(collect: boolean): Sample {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const at = Number(process.hrtime.bigint());
  return { at, cpuUs: user + system, served, rssBytes: rss, heapBytes: heapUsed, externalBytes: external };
}

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  answer(request.url ?? '', response).catch((error: unknown) => {
    response.writeHead(500, { 'content-length': 0 });
    response.end();
    process.stderr.write(`${String(error)}\n`);
  });
});
server.listen(0, '127.0.0.1', () => {
  answerOrders<AppProtocol>((server.address() as AddressInfo).port, { sample: ({ collect }) => takeSample(collect) });
});
