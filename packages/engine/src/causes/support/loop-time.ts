import type { LoopBlock } from '@holdup/model';
import { unite } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { groupBy, type Located, locateOwn, locateThroughHolders, sumOf } from './located.ts';
import { overlapOf, type Window } from './windows.ts';

/** A blocking run with the part of the late request's time that it took. */
export interface BlockTime {
  readonly block: LoopBlock;
  readonly ns: number;
  readonly depth: number;
  readonly at: Located;
}

/** Time of a late request that the event loop took, by how it took it. Collection pauses are booked apart. */
export interface LoopTime {
  /** Waiting while one long run had the loop, and its own long runs. */
  readonly blocked: number;
  /** Waiting while the loop was busy with short runs. */
  readonly busy: number;
  /** Longest first. */
  readonly blocks: readonly BlockTime[];
  /** When the loop was in the way of this request. */
  readonly windows: readonly Window[];
}

export function loopTime(late: Case): LoopTime {
  const { blocks } = late.recording.loop;
  const waiting = locateOwn(late, 'loop.blocked');
  const busy = locateOwn(late, 'loop.busy');
  // Own work counts where it is one long run: the request held itself up, as it did others.
  const byOwner = groupBy(blocks, (block) => block.holder?.requestId);
  const working = [...locateOwn(late, 'cpu'), ...mergeWork(locateThroughHolders(late, 'cpu'))].flatMap((at) => {
    const own = at.request === undefined ? undefined : byOwner.get(at.request.id);
    return own === undefined ? [] : [{ at, own }];
  });
  const blocked = working.map(({ at, own }) => scaledOverlap(at, unite(own.map((block) => spanOf(late, block)))));
  return {
    blocked: blocked.reduce((sum, time) => sum + time, sumOf(waiting)),
    busy: sumOf(busy),
    blocks: mergeBlocks([
      ...waiting.flatMap((at) => blocksWithin(late, at, blocks)),
      ...working.flatMap(({ at, own }) => blocksWithin(late, at, own)),
    ]),
    windows: [...waiting, ...busy].flatMap((at) => at.windows),
  };
}

/** A holder's work in one wait as one item: all of it shares the same windows. */
function mergeWork(items: readonly Located[]): Located[] {
  const byWait = groupBy(items, (item) => item.windows);
  return [...byWait.values()].flatMap((ofWait) =>
    [...groupBy(ofWait, (item) => item.request).values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ ...first, ns: first.ns + sumOf(others) }],
    ),
  );
}

function blocksWithin(late: Case, at: Located, blocks: readonly LoopBlock[]): BlockTime[] {
  const from = at.windows[0]?.start ?? 0;
  const to = at.windows.at(-1)?.end ?? 0;
  return blocks.flatMap((block) => {
    const span = spanOf(late, block);
    const time = span.start < to && span.end > from ? scaledOverlap(at, [span]) : 0;
    return time > 0 ? [{ block, ns: time, depth: at.depth, at }] : [];
  });
}

function spanOf(late: Case, block: LoopBlock): Window {
  return { start: block.start, end: block.end ?? late.recording.now };
}

/** A holder's work is scaled to its share of the wait, and can never be more than what it is blamed for. */
function scaledOverlap(at: Located, spans: readonly Window[]): number {
  return Math.round(Math.min(at.ns, overlapOf(at.windows, spans) * at.scale));
}

function mergeBlocks(items: readonly BlockTime[]): BlockTime[] {
  const merged = new Map<LoopBlock, BlockTime>();
  for (const item of items) {
    const before = merged.get(item.block);
    merged.set(item.block, before === undefined ? item : { ...before, ns: before.ns + item.ns });
  }
  return [...merged.values()].sort((a, b) => b.ns - a.ns);
}
