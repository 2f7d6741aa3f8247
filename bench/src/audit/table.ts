import { formatTable } from '../table.ts';
import type { AuditBench, Reading } from './run.ts';

/** Of several runs of one tool on one tree the fastest: what else the machine did is not the tool's. */
export function formatAuditBench({ readings, skipped }: AuditBench): string {
  const best = new Map<string, Reading>();
  for (const reading of readings) {
    const key = `${reading.tool} ${reading.tree} ${reading.files}`;
    const known = best.get(key);
    if (known === undefined || reading.wallS < known.wallS) best.set(key, reading);
  }
  const shown = [...best.values()];
  const rows = shown.map(({ tool, tree, files, wallS, cpuS, peakMb }) => [
    tool,
    tree,
    String(files),
    wallS.toFixed(2),
    (files / wallS).toFixed(0),
    cpuS?.toFixed(2) ?? '–',
    cpuS === undefined ? '–' : (files / cpuS).toFixed(0),
    peakMb?.toFixed(0) ?? '–',
  ]);
  return [
    ...formatTable([['tool', 'tree', 'files', 'wall s', 'files/s', 'CPU s', 'files/CPU s', 'peak MB'], ...rows]),
    '',
    ...linearity(shown),
    ...shown.flatMap(({ tree, check }) =>
      check ? [`${check.holds ? 'holds ' : 'FAILED'} ${tree}: ${check.what}`] : [],
    ),
    ...skipped.map((line) => `not measured: ${line}`),
    'noctx has one rule; go vet type-checks every package for it, and keeps the results for the next run; oxlint runs its own default rules, in one process of Rust.',
  ].join('\n');
}

/** Processor time per file in the largest generated tree against the smallest; 1 is linear, start-up makes it less. */
function linearity(readings: readonly Reading[]): readonly string[] {
  return ['go, generated', 'ts, generated'].flatMap((tree) => {
    const ours = readings.filter((each) => each.tool === 'holdup' && each.tree === tree);
    const [small, large] = [ours[0], ours.at(-1)].map((each) => each?.cpuS && each.cpuS / each.files);
    return small && large
      ? [`${tree}: CPU per file at four times the size is ${(large / small).toFixed(2)} of it`]
      : [];
  });
}
