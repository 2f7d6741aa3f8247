import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../harness/child.ts';
import { closeStage, openStage, type Stage } from '../harness/stage.ts';
import { describeVariant, NO_PEERS, type VariantName } from '../harness/variants.ts';
import { SATURATION_CONNECTIONS } from '../overhead/plan.ts';
import type { SoakProtocol } from '../processes/soak-service.ts';
import { SOAK_FAULTS, type SoakFault } from './faults.ts';
import { judgeSoak, type SoakRow, type Turn } from './judge.ts';

export interface SoakOptions {
  readonly runtimes: readonly { readonly version: string; readonly path: string }[];
  /** Of each Node version, both variants together. */
  readonly minutes: number;
  readonly progress: (line: string) => void;
}

export interface SoakReport {
  readonly results: readonly SoakRow[];
  /** ISO time the run began. */
  readonly startedAt: string;
}

const VARIANTS = ['plain', 'holdup'] as const satisfies readonly VariantName[];

/** Half of it calm, half with a fault, so that the agent meets each beginning and each end. Milliseconds. */
const PHASE_MS = 4_000;
/** After the last request: the agent's last looks at what was late, timers of the service's own. Milliseconds. */
const SETTLE_MS = 2_000;
/** Requests after which code is optimised and what is bounded is full. */
const WARM_UP_REQUESTS = 12_000;
const MS_PER_MINUTE = 60_000;
/** Some of the faults make a request later than this, and no calm does. */
const BUDGET = '150ms';

/** @throws LoadError, ChildError when the service did not answer as it should. */
export async function runSoak({ runtimes, minutes, progress }: SoakOptions): Promise<SoakReport> {
  const startedAt = new Date().toISOString();
  const results: SoakRow[] = [];
  const stage = await openStage();
  try {
    for (const { version, path } of runtimes) {
      const tell = (line: string) => progress(`Node ${version}: ${line}`);
      results.push({ nodeVersion: version, ...(await soakOne(stage, path, minutes, tell)) });
    }
  } finally {
    await closeStage(stage);
  }
  return { results, startedAt };
}

type Service = Child<SoakProtocol>;

async function soakOne(stage: Stage, nodePath: string, minutes: number, tell: (line: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-soak-'));
  const sink = join(folder, 'sink.jsonl');
  try {
    const services = new Map<(typeof VARIANTS)[number], Service>();
    for (const name of VARIANTS) services.set(name, await startWarm(stage, name, nodePath, sink));
    const turns = { plain: [] as Turn[], holdup: [] as Turn[] };
    const until = Date.now() + minutes * MS_PER_MINUTE;
    for (let round = 0; round === 0 || Date.now() < until; round++) {
      const fault = SOAK_FAULTS[1 + (round % (SOAK_FAULTS.length - 1))] ?? 'none';
      // Every other round backwards: a machine that grows slower favours nobody.
      for (const name of round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
        const service = services.get(name);
        if (service !== undefined) turns[name].push(await takeTurn(stage, service, fault));
      }
      const [plain, holdup] = [turns.plain.at(-1), turns.holdup.at(-1)];
      const p99s = (turn: Turn | undefined) =>
        `${turn?.calm.p99.toFixed(1)} calm, ${turn?.faulty.p99.toFixed(1)} faulty`;
      tell(`${fault}: delay p99 ${p99s(plain)}; with the agent ${p99s(holdup)} ms`);
    }
    for (const service of services.values()) await service.stop();
    return judgeSoak(turns, countVerdicts(sink));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startWarm(stage: Stage, name: VariantName, nodePath: string, sink: string): Promise<Service> {
  const variant = describeVariant(name, stage, NO_PEERS);
  if ('reason' in variant) throw new Error(variant.reason);
  const service = await Child.start<SoakProtocol>('soak-service', {
    nodePath,
    execArgv: ['--expose-gc', ...variant.execArgv],
    env: {
      ...variant.env,
      ...(name === 'holdup' ? { HOLDUP_SINK: `file:${sink}`, HOLDUP_BUDGET: BUDGET } : {}),
      BENCH_DATABASE: stage.database.url,
      BENCH_UPSTREAM: `http://127.0.0.1:${stage.upstream.port}`,
    },
  });
  const load = { port: service.port, path: '/soak', connections: SATURATION_CONNECTIONS };
  await stage.load.ask('start', { ...load, requests: WARM_UP_REQUESTS });
  await stage.load.ask('finish', null);
  return service;
}

/** Saturation, calm and then with the fault; then silence, and a look at what is left. */
async function takeTurn(stage: Stage, service: Service, fault: SoakFault): Promise<Turn> {
  const load = { port: service.port, path: '/soak', connections: SATURATION_CONNECTIONS };
  await stage.load.ask('start', load);
  await service.ask('delay', null);
  await sleep(PHASE_MS);
  const calm = await service.ask('delay', null);
  await service.ask('fault', fault);
  await sleep(PHASE_MS);
  const faulty = await service.ask('delay', null);
  await service.ask('fault', 'none');
  const { done, failed, error } = await stage.load.ask('stop', null);
  if (failed > 0) throw new Error(`${failed} requests failed: ${error ?? ''}${service.lastWords}`);
  await sleep(SETTLE_MS);
  return { fault, requests: done, calm, faulty, remains: await service.ask('remains', null) };
}

function countVerdicts(sink: string): number {
  return readFileSync(sink, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"holdup":"verdict"')).length;
}
