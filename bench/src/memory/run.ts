import { setTimeout as sleep } from 'node:timers/promises';
import { type Service, startService, takeSample } from '../harness/service.ts';
import { closeStage, openStage, type Stage } from '../harness/stage.ts';
import { describeVariant, NO_PEERS, type Variant, type VariantName } from '../harness/variants.ts';
import { median } from '../overhead/statistics.ts';
import { BYTES_PER_MB, describeGrowth, type Growth, type MemoryPoint, roundMb, watchGrowth } from './growth.ts';

export interface MemoryOptions {
  readonly runtimes: readonly { readonly version: string; readonly path: string }[];
  /** Requests over which growth is watched, after the warm-up. */
  readonly requests: number;
  readonly workload: string;
  readonly progress: (line: string) => void;
}

/** Megabytes are millions of bytes. */
interface MemoryRow extends Growth {
  /** `24.x` */
  readonly node: string;
  readonly nodeVersion: string;
  readonly variant: VariantName;
  /** Of a service that listens and was asked nothing for ten seconds; median of several processes. */
  readonly restRssMb: number;
  /** Over plain; 0 for plain itself. */
  readonly restOverPlainMb: number;
  readonly points: readonly MemoryPoint[];
}

export interface MemoryReport {
  readonly results: readonly MemoryRow[];
  /** ISO time the run began. */
  readonly startedAt: string;
}

const VARIANTS: readonly VariantName[] = ['plain', 'holdup'];
const REST_MS = 10_000;
/** RSS differs by some hundred kilobytes from process to process. */
const REST_PROCESSES = 3;

/** @throws LoadError, ChildError when the service did not answer as it should. */
export async function runMemory(options: MemoryOptions): Promise<MemoryReport> {
  const startedAt = new Date().toISOString();
  const results: MemoryRow[] = [];
  const stage = await openStage();
  try {
    for (const { version, path } of options.runtimes) {
      const variants = VARIANTS.flatMap((name) => {
        const variant = describeVariant(name, stage, NO_PEERS);
        return 'reason' in variant ? [] : [variant];
      });
      options.progress(`Node ${version}: ${REST_PROCESSES} processes of each variant at rest`);
      const rest = await measureRest(stage, variants, path);
      for (const variant of variants) {
        const tell = (line: string) => options.progress(`Node ${version} ${variant.name}: ${line}`);
        const points = await watchGrowth(stage, variant, path, { ...options, progress: tell });
        const [own, plain] = [rest.get(variant.name) ?? Number.NaN, rest.get('plain') ?? Number.NaN];
        const subject = { node: `${version.split('.')[0]}.x`, nodeVersion: version, variant: variant.name };
        const atRest = { restRssMb: roundMb(own), restOverPlainMb: roundMb(own - plain) };
        results.push({ ...subject, ...atRest, ...describeGrowth(points), points });
      }
    }
  } finally {
    await closeStage(stage);
  }
  return { results, startedAt };
}

/** All processes at once: at rest they do not disturb each other. */
async function measureRest(
  stage: Stage,
  variants: readonly Variant[],
  nodePath: string,
): Promise<ReadonlyMap<VariantName, number>> {
  const services: Service[] = [];
  for (let i = 0; i < REST_PROCESSES; i++) {
    for (const variant of variants) services.push(await startService(stage, variant, nodePath));
  }
  await sleep(REST_MS);
  const samples = await Promise.all(services.map((service) => takeSample(service)));
  await Promise.all(services.map(({ child }) => child.stop()));
  return new Map(
    variants.map((variant) => {
      const rss = samples.filter((_, i) => services[i]?.variant === variant).map(({ rssBytes }) => rssBytes);
      return [variant.name, median(rss) / BYTES_PER_MB];
    }),
  );
}
