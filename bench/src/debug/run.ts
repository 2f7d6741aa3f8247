import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdup/testkit';
import { Child } from '../harness/child.ts';
import type { LoadProtocol } from '../processes/load.ts';
import type { Stuck, StuckProtocol } from '../processes/stuck.ts';
import { type Asked, ask } from './ask.ts';
import { type Endpoint, SNAPSHOTS, WINDOWS } from './endpoints.ts';

export interface DebugOptions {
  readonly runtimes: readonly { readonly version: string; readonly path: string }[];
  /** Answers of each endpoint per state. */
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

/** What the service does meanwhile. */
type State = 'free' | 'load' | Stuck;

export interface DebugRow {
  readonly nodeVersion: string;
  readonly state: State;
  readonly path: string;
  readonly answers: number;
  /** Milliseconds until the last byte, without the time it was asked to watch. */
  readonly p50: number;
  readonly p99: number;
  /** How often which. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The first words of the last answer, where it is text. */
  readonly says: string;
}

export interface DebugReport {
  readonly results: readonly DebugRow[];
  /** ISO time the run began. */
  readonly startedAt: string;
}

const PER_SECOND = 300;
const CONNECTIONS = 128;

/** Blocks follow one another; nothing is asked in the last part of one. Milliseconds. */
const BLOCK_MS = 4_000;
/** After which the loop is known to be blocked. */
const SETTLE_MS = 300;
/** A profile of a second begins no later than this before the end of a block. */
const LAST_START_MS = 1_800;
/** Windows are asked so many times fewer: each takes a second. */
const FEWER = 4;
const MAX_SAID = 300;

/** @throws Error when the service or an endpoint does not answer at all */
export async function runDebug({ runtimes, rounds, progress }: DebugOptions): Promise<DebugReport> {
  const startedAt = new Date().toISOString();
  const results: DebugRow[] = [];
  const upstream = await Child.start<Record<string, never>>('upstream');
  const load = await Child.start<LoadProtocol>('load');
  try {
    for (const { version, path } of runtimes) {
      const debugPort = await freePort();
      const service = await startStuck(path, upstream.port, debugPort);
      for (const state of ['free', 'load', 'javascript', 'native'] as const) {
        progress(`Node ${version}: ${DESCRIPTIONS[state]}`);
        const rows = await measureState(state, { service, load, debugPort, rounds });
        results.push(...rows.map((row) => ({ nodeVersion: version, state, ...row })));
      }
      await service.stop();
    }
  } finally {
    await Promise.all([upstream.stop(), load.stop()]);
  }
  return { results, startedAt };
}

export const DESCRIPTIONS: Readonly<Record<State, string>> = {
  free: 'nobody asks the service anything',
  load: `${PER_SECOND} requests a second`,
  javascript: `the same, and the loop blocked in JavaScript for ${BLOCK_MS / 1_000} s at a time`,
  native: `the same, and the loop blocked in a native call for ${BLOCK_MS / 1_000} s at a time`,
};

interface Scene {
  readonly service: Child<StuckProtocol>;
  readonly load: Child<LoadProtocol>;
  readonly debugPort: number;
  readonly rounds: number;
}

async function startStuck(nodePath: string, upstreamPort: number, debugPort: number): Promise<Child<StuckProtocol>> {
  const service = await Child.start<StuckProtocol>('stuck', {
    nodePath,
    execArgv: ['--import', import.meta.resolve('@holdup/agent/register')],
    env: {
      HOLDUP_SINK: 'none',
      HOLDUP_DEBUG_ADDR: `127.0.0.1:${debugPort}`,
      BENCH_UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
    },
  });
  await waitForEndpoints(debugPort);
  return service;
}

const OPEN_WITHIN_MS = 30_000;

async function waitForEndpoints(port: number): Promise<void> {
  for (const until = performance.now() + OPEN_WITHIN_MS; performance.now() < until; await sleep(50)) {
    const { status } = await ask(port, '/debug/pprof/').catch(() => ({ status: 0 }));
    if (status === 200) return;
  }
  throw new Error(`no debug endpoints on port ${port} within ${OPEN_WITHIN_MS / 1_000} s`);
}

async function measureState(state: State, scene: Scene): Promise<Omit<DebugRow, 'nodeVersion' | 'state'>[]> {
  const { load, service, rounds } = scene;
  const order = { port: service.port, path: '/work', perSecond: PER_SECOND, connections: CONNECTIONS };
  if (state !== 'free') await load.ask('start', order);
  try {
    const block = state === 'free' || state === 'load' ? undefined : new Blocks(service, state);
    const snapshots = await askAll(SNAPSHOTS, rounds, scene, block);
    const windows = await askAll(WINDOWS, Math.max(1, Math.ceil(rounds / FEWER)), scene, block);
    await block?.over();
    return [...snapshots, ...windows];
  } finally {
    if (state !== 'free') await load.ask('stop', null);
  }
}

/** Blocks of the loop, one after the other. */
class Blocks {
  readonly #service: Child<StuckProtocol>;
  readonly #how: Stuck;
  #until = 0;

  constructor(service: Child<StuckProtocol>, how: Stuck) {
    this.#service = service;
    this.#how = how;
  }

  /** Until the loop is blocked and will be for long enough. */
  async within(): Promise<void> {
    if (this.#until - performance.now() > LAST_START_MS) return;
    await this.over();
    // The answer comes before it is stuck, and after the last block was over.
    await this.#service.ask('stick', { how: this.#how, ms: BLOCK_MS });
    this.#until = performance.now() + BLOCK_MS;
    await sleep(SETTLE_MS);
  }

  async over(): Promise<void> {
    await sleep(Math.max(0, this.#until - performance.now()));
  }
}

async function askAll(endpoints: readonly Endpoint[], rounds: number, scene: Scene, block: Blocks | undefined) {
  const answers = new Map<Endpoint, Asked[]>(endpoints.map((endpoint) => [endpoint, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [endpoint, taken] of answers) {
      await block?.within();
      taken.push(await ask(scene.debugPort, endpoint.path));
    }
  }
  return [...answers].map(([endpoint, taken]) => sumUp(endpoint, taken));
}

function sumUp({ path, watchMs }: Endpoint, taken: readonly Asked[]): Omit<DebugRow, 'nodeVersion' | 'state'> {
  const times = taken.map(({ ms }) => ms - watchMs).sort((a, b) => a - b);
  const rank = (share: number) => times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? Number.NaN;
  const statuses: Record<string, number> = {};
  for (const { status } of taken) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    path,
    answers: taken.length,
    p50: rank(0.5),
    p99: rank(0.99),
    statuses,
    says: firstWords(taken.at(-1)?.body),
  };
}

/** What is compressed or protobuf says nothing to people. */
function firstWords(body: Buffer | undefined): string {
  if (body === undefined || body.some((byte) => byte === 0 || byte === 0x1f)) return '';
  return body.toString('utf8', 0, MAX_SAID).trim();
}
