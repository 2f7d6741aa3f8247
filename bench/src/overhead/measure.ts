import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LoadTarget,
  measureWindow,
  type Service,
  sendRequests,
  startService,
  takeSample,
  type WindowResult,
} from '../harness/service.ts';
import type { Stage } from '../harness/stage.ts';
import type { Variant, VariantName } from '../harness/variants.ts';
import {
  IDLE_MS,
  type Plan,
  RATE_CONNECTIONS,
  rateOf,
  SATURATION_CONNECTIONS,
  shareOfRound,
  type Workload,
  warmUpOf,
} from './plan.ts';

/** One turn: every variant once, close in time. */
export type Turn = ReadonlyMap<Variant, WindowResult>;

export interface Measured {
  readonly fixedRate: readonly Turn[];
  readonly saturated: readonly Turn[];
  /** CPU ms per second without any request, one number per round. */
  readonly idle: readonly ReadonlyMap<Variant, number>[];
  /** What each peer exported, per request: that it did its work. */
  readonly exports: ReadonlyMap<Variant, PeerExports>;
}

/** Of a peer, per request it served. */
export interface PeerExports {
  readonly spansPerRequest?: number;
  readonly tracesPerRequest?: number;
}

export interface Job {
  readonly nodePath: string;
  readonly workload: Workload;
  readonly variants: readonly Variant[];
  readonly plan: Plan;
  readonly progress: (line: string) => void;
}

/** Measures all variants of one workload on one Node, round by round with fresh processes. */
export async function measureVariants(stage: Stage, job: Job): Promise<Measured> {
  const { plan } = job;
  const perSecond = rateOf(job.workload);
  const fixedRate: Turn[] = [];
  const saturated: Turn[] = [];
  const idle: ReadonlyMap<Variant, number>[] = [];
  let exports: ReadonlyMap<Variant, PeerExports> = new Map();
  for (let round = 0; round < plan.rounds; round++) {
    job.progress(`round ${round + 1} of ${plan.rounds}: starting and warming up ${job.variants.length} processes`);
    const services = await startWarm(stage, job);
    idle.push(await measureIdle(services));
    job.progress(`round ${round + 1}: fixed rate of ${perSecond}/s`);
    const counted = await countExports(stage, services);
    const rate = { perSecond, connections: RATE_CONNECTIONS };
    fixedRate.push(...(await takeTurns(stage, job, services, shareOfRound(plan.pairs, plan.rounds, round), rate)));
    exports = await counted();
    job.progress(`round ${round + 1}: saturation`);
    const full = { connections: SATURATION_CONNECTIONS };
    const turns = shareOfRound(plan.saturatedPairs, plan.rounds, round);
    saturated.push(...(await takeTurns(stage, job, services, turns, full)));
    await Promise.all(services.map(({ child }) => child.stop()));
  }
  return { fixedRate, saturated, idle, exports };
}

/** One after the other: two that warm up at once would share the cores, and V8 would optimise on other evidence. */
async function startWarm(stage: Stage, job: Job): Promise<readonly Service[]> {
  const services: Service[] = [];
  for (const variant of job.variants) {
    const service = await startService(stage, variant, job.nodePath);
    const requests = warmUpOf(job.plan, job.workload);
    const load = { path: `/${job.workload}`, connections: SATURATION_CONNECTIONS, requests };
    await sendRequests(stage, service, load);
    services.push(service);
  }
  return services;
}

async function measureIdle(services: readonly Service[]): Promise<ReadonlyMap<Variant, number>> {
  await sleep(IDLE_MS);
  const sampleAll = () => Promise.all(services.map((service) => takeSample(service)));
  const from = await sampleAll();
  await sleep(IDLE_MS);
  const to = await sampleAll();
  return new Map(
    services.map(({ variant }, i) => {
      const [a, b] = [from[i], to[i]];
      return [variant, a && b ? (b.cpuUs - a.cpuUs) / 1_000 / ((b.at - a.at) / 1e9) : Number.NaN];
    }),
  );
}

/** Every other turn runs backwards, so that a machine that grows slower or faster favours nobody. */
async function takeTurns(
  stage: Stage,
  job: Job,
  services: readonly Service[],
  turns: number,
  load: Omit<LoadTarget, 'path'>,
): Promise<Turn[]> {
  const taken: Turn[] = [];
  for (let i = 0; i < turns; i++) {
    const turn = new Map<Variant, WindowResult>();
    for (const service of i % 2 === 0 ? services : [...services].reverse()) {
      const window = { ...load, path: `/${job.workload}`, ms: job.plan.windowMs };
      turn.set(service.variant, await measureWindow(stage, service, window));
    }
    taken.push(turn);
  }
  return taken;
}

/** Counts from here until the answer is called; what is still in the peers' batches is missing, which is little. */
async function countExports(
  stage: Stage,
  services: readonly Service[],
): Promise<() => Promise<ReadonlyMap<Variant, PeerExports>>> {
  const of = (name: VariantName) => services.find(({ variant }) => variant.name === name);
  const peers = { spans: of('opentelemetry'), traces: of('dd-trace') };
  const count = async () => ({
    ...(await stage.sink.ask('received', null)),
    servedBySpans: peers.spans && (await takeSample(peers.spans)).served,
    servedByTraces: peers.traces && (await takeSample(peers.traces)).served,
  });
  const from = await count();
  return async () => {
    const to = await count();
    const per = (what: number, served = 0, servedBefore = 0) => what / (served - servedBefore);
    const exports = new Map<Variant, PeerExports>();
    if (peers.spans) {
      const spansPerRequest = per(to.spans - from.spans, to.servedBySpans, from.servedBySpans);
      exports.set(peers.spans.variant, { spansPerRequest });
    }
    if (peers.traces) {
      const tracesPerRequest = per(to.traces - from.traces, to.servedByTraces, from.servedByTraces);
      exports.set(peers.traces.variant, { tracesPerRequest });
    }
    return exports;
  };
}
