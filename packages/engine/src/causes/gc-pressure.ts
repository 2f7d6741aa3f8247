import { type ChainLink, type GcPause, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { depthOf, type Located, locate, pathTo, sumOf } from './support/located.ts';
import { shortageText } from './support/machine.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { type Window, Windows } from './support/windows.ts';

/** Garbage collection stopped the program. The ledger books every pause that stood in the way as `gc`, whoever ran then. */
export const gcPressure: Cause = {
  id: 'gc-pressure',
  needs: ['ledger'],
  diagnose(late) {
    const pauses = late.recording.loop.gc;
    const stopped = locate(late, 'gc');
    const explained = sumOf(stopped);
    // Within a later block the pauses of an earlier one are known, and those since are not: enough to say yes, not to say no.
    if (!isMaterial(late, explained) && !late.recording.sources.has('gc')) return unknown('gc-pressure', 'gc');
    if (!isMaterial(late, explained)) return ruledOut('gc-pressure', tookOf(late, 'garbage collection', explained));
    // A pause lasts as long as its threads wait for a processor, too.
    const shortage = shortageText(late);
    if (shortage !== undefined) return unknown('gc-pressure', shortage);
    const windows = new Windows(stopped.flatMap((at) => at.windows));
    const seen = pauses.filter((pause) => windows.overlap(pause.start, pause.end) > 0);
    const longest = Math.max(0, ...seen.map((pause) => pause.end - pause.start));
    const owner = mainOwner(late, seen);
    return confirmed('gc-pressure', {
      explained: ns(explained),
      depth: depthOf(stopped),
      culprit: { kind: 'runtime', name: 'garbage collector' },
      summary: `${late.request.route} was stopped ${formatMs(explained)} of ${formatMs(late.ledger.wall)} by garbage collection: ${count(seen.length, 'pause')}, the longest ${formatMs(longest)}.`,
      chain: [
        ...chainTo(late, stopped),
        { kind: 'work', ns: ns(explained), doing: `garbage collection, ${count(seen.length, 'pause')}` },
      ],
      evidence: [
        { kind: 'pauses', text: kindsOf(seen) },
        ...(owner === undefined
          ? []
          : [
              {
                kind: 'allocator',
                text: `most of the pauses fell into work for ${owner}, which need not be what allocated`,
              },
            ]),
      ],
      fix: 'Compare --max-old-space-size with what the process holds (near the limit every collection is a long one), take an allocation profile under this load, and look for large buffers or objects built per request.',
    });
  },
};

function chainTo(late: Case, stopped: readonly Located[]): ChainLink[] {
  const largest = stopped[0];
  if (largest !== undefined && largest.depth > 0) return pathTo(late, largest);
  return [{ kind: 'wait', ns: ns(sumOf(stopped)), resource: 'event loop' }];
}

/** Whose work most of the pauses interrupted, if one stands out. */
function mainOwner(late: Case, pauses: readonly Window[]): string | undefined {
  const times = new Map<string, number>();
  const windows = new Windows(pauses);
  for (const { holder, start, end } of late.recording.loop.busy) {
    const time = windows.overlap(start, end);
    if (holder !== undefined && time > 0) times.set(holder.route, (times.get(holder.route) ?? 0) + time);
  }
  const total = windows.length;
  const top = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  return top !== undefined && 2 * top[1] > total ? top[0] : undefined;
}

/** `2 major (310 ms), 5 minor (12 ms)` */
function kindsOf(pauses: readonly GcPause[]): string {
  const kinds = new Map<GcPause['kind'], { count: number; ns: number }>();
  for (const { kind, start, end } of pauses) {
    const before = kinds.get(kind) ?? { count: 0, ns: 0 };
    kinds.set(kind, { count: before.count + 1, ns: before.ns + end - start });
  }
  return [...kinds]
    .sort((a, b) => b[1].ns - a[1].ns)
    .map(([kind, sum]) => `${sum.count} ${kind} (${formatMs(sum.ns)})`)
    .join(', ');
}
