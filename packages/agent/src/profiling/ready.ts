import type { WaitRow } from '../deep/rows.ts';
import type { Interval } from './contention.ts';
import type { WindowData } from './window-data.ts';

/** Idle gaps up to this long belong to a busy run, as in the ledger. Milliseconds. */
const GAP_MS = 0.05;

/**
 * When requests were ready to run: between their waits, and at the end of each wait the busy run that reaches up to it, since an
 * idle loop would have delivered the answer before. (The ledger's rule 3.) A pool's queue ends with a release: not that.
 */
export function readyTimes(data: WindowData): Interval[] {
  const runs = busyRuns(data);
  const waits = new Map<number, WaitRow[]>();
  for (const wait of data.waits) {
    const of = waits.get(wait.request);
    if (of === undefined) waits.set(wait.request, [wait]);
    else of.push(wait);
  }
  const ready: Interval[] = [];
  for (const request of data.requests.values()) {
    const end = request.end < 0 ? data.to : request.end;
    addReady(ready, Math.max(data.from, request.start), end, waits.get(request.number) ?? [], runs, data.to);
  }
  return ready;
}

function addReady(out: Interval[], from: number, to: number, waits: readonly WaitRow[], runs: Runs, now: number): void {
  const waiting = waits
    .map((wait) => ({ start: wait.start, end: wait.end < 0 ? now : Math.max(wait.start, runs.cut(wait)) }))
    .sort((a, b) => a.start - b.start);
  let cursor = from;
  for (const { start, end } of waiting) {
    if (start > cursor) out.push({ start: cursor, end: Math.min(start, to) });
    cursor = Math.max(cursor, end);
  }
  if (to > cursor) out.push({ start: cursor, end: to });
}

interface Runs {
  /** When the wait was over, but for the loop. */
  cut(wait: WaitRow): number;
}

function busyRuns({ busy }: WindowData): Runs {
  const runs: { start: number; end: number }[] = [];
  for (const [start, end] of busy) {
    const last = runs.at(-1);
    if (last !== undefined && start - last.end <= GAP_MS) last.end = Math.max(last.end, end);
    else runs.push({ start, end });
  }
  return {
    cut({ parts, end }) {
      if (parts.at(-1)?.[3] !== '') return end;
      let low = 0;
      let high = runs.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((runs[middle]?.start ?? 0) < end) low = middle + 1;
        else high = middle;
      }
      const run = runs[low - 1];
      return run !== undefined && run.end >= end - GAP_MS ? run.start : end;
    },
  };
}
