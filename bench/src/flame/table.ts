import { formatTable } from '../table.ts';
import type { FlameReport } from './run.ts';

export function formatFlame({ chromium, results }: FlameReport): string {
  const head = [
    'shape',
    'renderer',
    'profile',
    'page MB',
    'paint ms',
    'CPU ms',
    'whole ms',
    'CPU ms',
    'frames/s',
    'p95 ms',
    'CPU/frame',
    'all',
    '',
  ];
  const show = (value: number | undefined, digits = 0): string => value?.toFixed(digits) ?? '-';
  const rows = results.map((row) => [
    row.shape,
    row.renderer,
    (row.profileBytes / 1e6).toFixed(1),
    show(row.pageBytes === undefined ? undefined : row.pageBytes / 1e6, 1),
    show(row.firstPaintMs),
    show(row.firstPaintCpuMs),
    show(row.wholeMs),
    show(row.wholeCpuMs),
    show(row.framesPerSecond, 1),
    show(row.frameP95Ms),
    show(row.frameCpuMs, 1),
    show(row.frameCpuAllMs, 1),
    row.failed ?? '',
  ]);
  return [
    `Chromium ${chromium}, headless, 1280 x 800, drawing in software`,
    'paint: something of the graph; whole: all of it that is in sight',
    'CPU: the main thread’s, in ms; all: of all of Chromium’s processes, per frame',
    ...formatTable([head, ...rows]),
  ].join('\n');
}
