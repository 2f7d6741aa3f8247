import { availableParallelism, cpus } from 'node:os';
import { closeStage, openStage, type Stage } from '../harness/stage.ts';
import { describeVariant, type Peers, type Variant, type VariantName } from '../harness/variants.ts';
import { measureVariants } from './measure.ts';
import { IDLE_MS, type Plan, rateOf, SATURATION_CONNECTIONS, type Workload } from './plan.ts';
import { makeRows, type Row } from './results.ts';

interface Runtime {
  /** `24.21.0` */
  readonly version: string;
  /** Its `node` binary. */
  readonly path: string;
  readonly peers: Peers;
}

export interface OverheadOptions {
  readonly runtimes: readonly Runtime[];
  readonly workloads: readonly Workload[];
  /** `plain` is always measured. */
  readonly variants: readonly VariantName[];
  readonly plan: Plan;
  readonly progress: (line: string) => void;
}

interface Skipped {
  readonly node: string;
  readonly variant: VariantName;
  readonly reason: string;
}

export interface OverheadReport {
  readonly results: readonly Row[];
  readonly skipped: readonly Skipped[];
  readonly settings: Plan & {
    readonly ratesPerSecond: Readonly<Record<string, number>>;
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
          workload,
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
  return { results, skipped, settings: describeSettings(options), machine: describeMachine(), startedAt };
}

function pickVariants(
  stage: Stage,
  { version, peers }: Runtime,
  names: readonly VariantName[],
  skipped: Skipped[],
): Variant[] {
  return [...new Set<VariantName>(['plain', ...names])].flatMap((name) => {
    const variant = describeVariant(name, stage, peers);
    if (!('reason' in variant)) return [variant];
    skipped.push({ node: `${version.split('.')[0]}.x`, variant: name, reason: variant.reason });
    return [];
  });
}

function describeSettings({ plan, workloads }: OverheadOptions): OverheadReport['settings'] {
  const ratesPerSecond = Object.fromEntries(workloads.map((workload) => [workload, rateOf(workload)]));
  return { ...plan, ratesPerSecond, saturationConnections: SATURATION_CONNECTIONS, idleMs: IDLE_MS };
}

function describeMachine(): OverheadReport['machine'] {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return { cores: availableParallelism(), model, platform: `${process.platform}-${process.arch}` };
}
