import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureWindow, sendRequests, startService } from '../harness/service.ts';
import { closeStage, openStage, type Stage } from '../harness/stage.ts';
import { describeVariant, type Peers, type Variant, type VariantName } from '../harness/variants.ts';
import {
  makePlan,
  RATE_CONNECTIONS,
  rateOf,
  SATURATION_CONNECTIONS,
  type Workload,
  warmUpOf,
} from '../overhead/plan.ts';
import { readSelfTimes, type SelfTime } from './cpu-profile.ts';
import { FrameNames } from './frame-names.ts';
import { placeOf } from './places.ts';

export interface ProfileOptions {
  readonly runtimes: readonly { readonly version: string; readonly path: string; readonly peers: Peers }[];
  readonly workloads: readonly Workload[];
  readonly variants: readonly VariantName[];
  readonly progress: (line: string) => void;
}

/** Where one variant's CPU time goes, µs per request by the V8 profiler on the main thread. */
export interface VariantProfile {
  readonly node: string;
  readonly workload: string;
  readonly variant: VariantName;
  readonly requests: number;
  readonly usPerRequest: number;
  readonly places: readonly Line[];
  /** Functions of the variant's own code, with the native functions they call at once. */
  readonly functions: readonly Line[];
}

interface Line {
  readonly name: string;
  readonly usPerRequest: number;
}

/** Microseconds between samples: V8 keeps up with this at a cost of some per cent. */
const INTERVAL_US = 200;
/** 15 s at the fixed rate are 12,000 requests: a function of 0.2 µs per request shows in a dozen samples. */
const WINDOW_MS = 15_000;
const PLAN = makePlan({ quick: false });
/** Of the variant's own code; the rest is what the service does without it. */
const OWN_PLACES = ['holdup', 'opentelemetry', 'context-only'];
const MAX_FUNCTIONS = 40;
/** The main thread's file; others are of worker threads. */
const MAIN_THREAD = /^CPU\.\d+\.\d+\.\d+\.0\.\d+\.cpuprofile$/;

/** @throws LoadError, ChildError when the service did not answer as it should. */
export async function runProfile(options: ProfileOptions): Promise<readonly VariantProfile[]> {
  const profiles: VariantProfile[] = [];
  const stage = await openStage();
  try {
    for (const { version, path, peers } of options.runtimes) {
      for (const workload of options.workloads) {
        for (const name of new Set<VariantName>(['plain', ...options.variants])) {
          const variant = describeVariant(name, stage, peers);
          if ('reason' in variant) continue;
          options.progress(`Node ${version} ${workload}: profiling ${name}`);
          profiles.push({ node: version, workload, ...(await profileVariant(stage, variant, path, workload)) });
        }
      }
    }
  } finally {
    await closeStage(stage);
  }
  return profiles;
}

async function profileVariant(
  stage: Stage,
  variant: Variant,
  nodePath: string,
  workload: Workload,
): Promise<Omit<VariantProfile, 'node' | 'workload'>> {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-profile-'));
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
    const service = await startService(stage, variant, nodePath, flags);
    const path = `/${workload}`;
    await sendRequests(stage, service, {
      path,
      connections: SATURATION_CONNECTIONS,
      requests: warmUpOf(PLAN, workload),
    });
    const load = { path, perSecond: rateOf(workload), connections: RATE_CONNECTIONS };
    const { requests, from, to } = await measureWindow(stage, service, { ...load, ms: WINDOW_MS });
    await service.child.stop();
    const file = readdirSync(folder).find((name) => MAIN_THREAD.test(name));
    if (!file) throw new Error(`${variant.name} wrote no profile`);
    const times = readSelfTimes(join(folder, file), from.at, to.at).filter(({ frame }) => placeOf(frame) !== 'idle');
    return { variant: variant.name, requests, ...breakDown(times, requests) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function breakDown(
  times: readonly SelfTime[],
  requests: number,
): Pick<VariantProfile, 'usPerRequest' | 'places' | 'functions'> {
  const names = new FrameNames();
  const own = times.flatMap(({ frame, caller, us }) => {
    if (OWN_PLACES.includes(placeOf(frame))) return [[names.nameOf(frame), us] as const];
    if (frame.url !== '' || !caller || !OWN_PLACES.includes(placeOf(caller))) return [];
    return [[`${names.nameOf(caller)} → ${names.nameOf(frame)}`, us] as const];
  });
  return {
    usPerRequest: times.reduce((sum, { us }) => sum + us, 0) / requests,
    places: sumUp(
      times.map(({ frame, us }) => [placeOf(frame), us] as const),
      requests,
    ),
    functions: sumUp(own, requests).slice(0, MAX_FUNCTIONS),
  };
}

function sumUp(parts: readonly (readonly [string, number])[], requests: number): Line[] {
  const sums = new Map<string, number>();
  for (const [name, us] of parts) sums.set(name, (sums.get(name) ?? 0) + us);
  return [...sums]
    .map(([name, us]) => ({ name, usPerRequest: Number((us / requests).toFixed(2)) }))
    .sort((a, b) => b.usPerRequest - a.usPerRequest);
}
