import { formatTable } from '../table.ts';
import type { SoakReport } from './run.ts';

export function formatSoak({ results }: SoakReport): string {
  const head = ['node', 'requests', 'turns', 'verdicts', 'heap growth MB', 'external', 'RSS'];
  const more = ['timers left', 'listeners left', 'delay p99 × plain', 'with faults'];
  const rows = results.map((row) => [
    row.nodeVersion,
    String(row.requests),
    String(row.turns),
    String(row.verdicts),
    row.heapGrowthMb.toFixed(2),
    row.externalGrowthMb.toFixed(2),
    row.rssGrowthMb.toFixed(1),
    String(row.timersLeft),
    String(row.listenersLeft),
    row.delayRatioCalm.toFixed(2),
    row.delayRatioFaulty.toFixed(2),
  ]);
  const problems = results.flatMap((row) => row.problems.map((problem) => `Node ${row.nodeVersion}: ${problem}`));
  return [...formatTable([[...head, ...more], ...rows]), ...problems].join('\n');
}
