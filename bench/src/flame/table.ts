import { formatTable } from '../table.ts';
import type { FlameReport } from './run.ts';

export function formatFlame({ chromium, results }: FlameReport): string {
  const head = ['renderer', 'samples', 'stacks', 'profile MB', 'page MB', 'first paint ms', 'frames/s zooming', ''];
  const rows = results.map((row) => [
    row.renderer,
    String(row.samples),
    String(row.stacks),
    (row.profileBytes / 1e6).toFixed(1),
    (row.pageBytes / 1e6).toFixed(1),
    row.firstPaintMs?.toFixed(0) ?? '-',
    row.framesPerSecond?.toFixed(1) ?? '-',
    row.failed ?? '',
  ]);
  return [`Chromium ${chromium}, headless, 1280 x 800`, ...formatTable([head, ...rows])].join('\n');
}
