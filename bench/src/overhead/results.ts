import type { WindowResult } from '../harness/service.ts';
import type { VariantName } from '../harness/variants.ts';
import type { Measured, Turn } from './measure.ts';
import { median, quantile, type Spread, spread } from './statistics.ts';

/** One row of the JSON output. Ratios are to `plain` in the same turn, median over the turns. */
export interface Row {
  /** `24.x` */
  readonly node: string;
  readonly nodeVersion: string;
  readonly workload: string;
  readonly variant: VariantName;
  readonly cpuRatio: number;
  readonly throughputRatio: number;
  readonly cpuRatioSpread: Omit<Spread, 'median'>;
  readonly throughputRatioSpread: Omit<Spread, 'median'>;
  /**
   * Ratio of the lower quartiles of CPU per request: noise from others on the machine only ever adds, so the quiet windows
   * are the closest to what the variant costs by itself.
   */
  readonly cpuRatioQuiet: number;
  /** CPU per request at saturation, to plain's. Little is spent there on waking up, so the same cost weighs more. */
  readonly cpuRatioSaturated: number;
  readonly cpuUsPerRequest: number;
  readonly cpuUsPerRequestSaturated: number;
  readonly requestsPerSecond: number;
  /** At the fixed rate: median over the turns of each turn's own quantile. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p50MsSaturated: number;
  readonly p99MsSaturated: number;
  readonly idleCpuMsPerSecond: number;
  readonly rssMb: number;
  readonly pairs: number;
  readonly saturatedPairs: number;
  /** Only of OpenTelemetry: that it really did its work. */
  readonly spansPerRequest?: number;
  /** Only of dd-trace, which counts its traces itself. */
  readonly tracesPerRequest?: number;
}

export interface Subject {
  readonly nodeVersion: string;
  readonly workload: string;
}

/** Quiet windows: the lower quarter. */
const QUIET_QUANTILE = 0.25;
const BYTES_PER_MB = 1_000_000;
const US_PER_MS = 1_000;

export function makeRows(subject: Subject, measured: Measured): Row[] {
  const variants = [...(measured.fixedRate[0]?.keys() ?? [])];
  const plain = variants.find(({ name }) => name === 'plain');
  if (!plain) throw new RangeError('nothing to compare with: plain was not measured');
  return variants.map((variant) => {
    const cpu = (result: WindowResult) => result.cpuUsPerRequest;
    const throughput = (result: WindowResult) => result.requestsPerSecond;
    const pick = (turns: readonly Turn[], of: typeof cpu, who = variant) =>
      turns.map((turn) => {
        const result = turn.get(who);
        if (!result) throw new RangeError(`a turn without ${who.name}`);
        return of(result);
      });
    const ratios = (turns: readonly Turn[], of: typeof cpu) => {
      const base = pick(turns, of, plain);
      return pick(turns, of).map((value, i) => value / (base[i] ?? Number.NaN));
    };
    const quiet = (who: typeof variant) => quantile(pick(measured.fixedRate, cpu, who), QUIET_QUANTILE);
    const cpuRatio = spread(ratios(measured.fixedRate, cpu));
    const throughputRatio = spread(ratios(measured.saturated, throughput));
    const latency = (turns: readonly Turn[], p: 'p50' | 'p99') =>
      round(median(pick(turns, ({ latencyUs }) => latencyUs[p])) / US_PER_MS, 3);
    const exported = Object.entries(measured.exports.get(variant) ?? {});
    return {
      node: `${subject.nodeVersion.split('.')[0]}.x`,
      nodeVersion: subject.nodeVersion,
      workload: subject.workload,
      variant: variant.name,
      cpuRatio: round(cpuRatio.median, 3),
      throughputRatio: round(throughputRatio.median, 3),
      cpuRatioSpread: roundSpread(cpuRatio),
      throughputRatioSpread: roundSpread(throughputRatio),
      cpuRatioQuiet: round(quiet(variant) / quiet(plain), 3),
      cpuRatioSaturated: round(median(ratios(measured.saturated, cpu)), 3),
      cpuUsPerRequest: round(median(pick(measured.fixedRate, cpu)), 1),
      cpuUsPerRequestSaturated: round(median(pick(measured.saturated, cpu)), 1),
      requestsPerSecond: round(median(pick(measured.saturated, throughput)), 0),
      p50Ms: latency(measured.fixedRate, 'p50'),
      p99Ms: latency(measured.fixedRate, 'p99'),
      p50MsSaturated: latency(measured.saturated, 'p50'),
      p99MsSaturated: latency(measured.saturated, 'p99'),
      idleCpuMsPerSecond: round(median(measured.idle.map((round) => round.get(variant) ?? Number.NaN)), 2),
      rssMb: round(median(pick(measured.fixedRate, (result) => result.rssBytes)) / BYTES_PER_MB, 1),
      pairs: measured.fixedRate.length,
      saturatedPairs: measured.saturated.length,
      ...Object.fromEntries(exported.map(([what, value]) => [what, round(value, 2)])),
    };
  });
}

function roundSpread({ low, high, min, max }: Spread): Row['cpuRatioSpread'] {
  return { low: round(low, 3), high: round(high, 3), min: round(min, 3), max: round(max, 3) };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
