import { availableParallelism, cpus } from 'node:os';
import { closeStage, openStage, type Stage } from '../harness/stage.ts';
import { describeVariant, type Peer, type Variant, type VariantName } from '../harness/variants.ts';
import { measureVariants } from './measure.ts';
import { IDLE_MS, type Plan, RATE_PER_SECOND, SATURATION_CONNECTIONS } from './plan.ts';
import { makeRows, type Row } from './results.ts';

interface Runtime {
  /** `24.21.0` */
  readonly version: string;
  /** Its `node` binary. */
  readonly path: string;
  readonly peer: Peer;
}

export interface OverheadOptions {
  readonly runtimes: readonly Runtime[];
  readonly workloads: readonly Workload[];
  /** `plain` is always measured. */
  readonly variants: readonly VariantName[];
  readonly plan: Plan;
  readonly progress: (line: string) => void;
}

/** What one request of the service does; also its route. */
export const WORKLOADS = ['pg+fetch', 'pg', 'fetch', 'http'] as const;

type Workload = (typeof WORKLOADS)[number];

interface Skipped {
  readonly node: string;
  readonly variant: VariantName;
  readonly reason: string;
}

export interface OverheadReport {
  readonly results: readonly Row[];
  readonly skipped: readonly Skipped[];
  readonly settings: Plan & {
    readonly ratePerSecond: number;
    readonly saturationConnections: number;
    readonly idleMs: number;
  };
  readonly machine: { readonly cores: number; readonly model: string; readonly platform: string };
  /** ISO time the run began. */
  readonly startedAt: string;
}

/** @throws LoadError, ChildError when the service did not answer as it should: there are no half results. */
export async function runOverhead(options: OverheadOptions): Promise<OverheadReport> {
  const startedAt = new Date().toISOString();
  const results: Row[] = [];
  const skipped: Skipped[] = [];
  const stage = await openStage();
  try {
    for (const runtime of options.runtimes) {
      const variants = pickVariants(stage, runtime, options.variants, skipped);
      for (const workload of options.workloads) {
        const label = `Node ${runtime.version} ${workload}`;
        const measured = await measureVariants(stage, {
          nodePath: runtime.path,
          path: `/${workload}`,
          variants,
          plan: options.plan,
          progress: (line) => options.progress(`${label}: ${line}`),
        });
        results.push(...makeRows({ nodeVersion: runtime.version, workload }, measured));
      }
    }
  } finally {
    await closeStage(stage);
  }
  return { results, skipped, settings: describeSettings(options.plan), machine: describeMachine(), startedAt };
}

function pickVariants(
  stage: Stage,
  { version, peer }: Runtime,
  names: readonly VariantName[],
  skipped: Skipped[],
): Variant[] {
  return [...new Set<VariantName>(['plain', ...names])].flatMap((name) => {
    const variant = describeVariant(name, stage, peer);
    if (!('reason' in variant)) return [variant];
    skipped.push({ node: `${version.split('.')[0]}.x`, variant: name, reason: variant.reason });
    return [];
  });
}

function describeSettings(plan: Plan): OverheadReport['settings'] {
  return { ...plan, ratePerSecond: RATE_PER_SECOND, saturationConnections: SATURATION_CONNECTIONS, idleMs: IDLE_MS };
}

function describeMachine(): OverheadReport['machine'] {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return { cores: availableParallelism(), model, platform: `${process.platform}-${process.arch}` };
}
