import { formatTable } from '../table.ts';
import type { MemoryReport } from './run.ts';

export function formatMemory({ results }: MemoryReport): string {
  const head = [
    'node',
    'variant',
    'RSS at rest MB',
    'over plain',
    'requests',
    'heap growth MB',
    'external',
    'RSS growth',
  ];
  const rows = results.map((row) => [
    row.nodeVersion,
    row.variant,
    row.restRssMb.toFixed(1),
    row.variant === 'plain' ? '' : row.restOverPlainMb.toFixed(1),
    String(row.requests),
    row.heapGrowthMb.toFixed(2),
    row.externalGrowthMb.toFixed(2),
    row.rssGrowthMb.toFixed(1),
    row.busyRssMb.toFixed(0),
    row.heapBytesPerRequest.toFixed(2),
  ]);
  return formatTable([[...head, 'heap bytes/request'], ...rows]).join('\n');
}
