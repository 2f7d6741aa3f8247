import { formatTable } from '../table.ts';
import type { OverheadReport } from './run.ts';

/** The report for a person: one line per variant, ratios with the interval of their median and their extremes. */
export function formatOverhead({ results, skipped, machine, settings }: OverheadReport): string {
  const rows = results.map((row) => {
    const isBase = row.variant === 'plain';
    const { low, high, min, max } = row.cpuRatioSpread;
    return [
      row.nodeVersion,
      row.workload,
      row.variant,
      row.cpuUsPerRequest.toFixed(0),
      isBase ? '' : row.cpuRatio.toFixed(3),
      isBase ? '' : `${low.toFixed(2)}–${high.toFixed(2)}`,
      isBase ? '' : `${min.toFixed(2)}–${max.toFixed(2)}`,
      isBase ? '' : row.cpuRatioQuiet.toFixed(3),
      isBase ? '' : row.cpuRatioSaturated.toFixed(3),
      row.requestsPerSecond.toFixed(0),
      isBase ? '' : row.throughputRatio.toFixed(3),
      row.p50Ms.toFixed(2),
      row.p99Ms.toFixed(2),
      row.p99MsSaturated.toFixed(1),
      row.idleCpuMsPerSecond.toFixed(1),
      row.rssMb.toFixed(0),
    ];
  });
  const head = ['node', 'workload', 'variant', 'CPU µs/req', '× plain', '95 %', 'min–max', 'quiet', 'full load'];
  const tail = ['req/s', '× plain', 'p50 ms', 'p99 ms', 'p99 full load', 'idle ms/s', 'RSS MB'];
  const rates = Object.entries(settings.ratesPerSecond)
    .map(([workload, rate]) => `${rate} (${workload})`)
    .join(', ');
  const lines = [
    `${machine.cores} cores, ${machine.model}, ${machine.platform}`,
    `CPU per request and latency at ${rates} per second, median of ${settings.pairs} pairs; throughput of ${settings.saturatedPairs} pairs`,
    '',
    ...formatTable([[...head, ...tail], ...rows]),
    ...skipped.map(({ node, variant, reason }) => `${variant} on Node ${node} skipped: ${reason}`),
  ];
  return lines.join('\n');
}
