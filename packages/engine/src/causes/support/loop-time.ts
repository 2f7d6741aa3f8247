import type { Holder, LoopBlock } from '@holdup/model';
import { unite } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { type Located, locateOwn, locateThroughHolders, sumOf } from './located.ts';
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
  const waiting = locateOwn(late, 'loop.blocked');
  const busy = locateOwn(late, 'loop.busy');
  // Own work counts where it is one long run: the request held itself up, as it did others.
  const working = [...locateOwn(late, 'cpu'), ...mergeWork(locateThroughHolders(late, 'cpu'))];
  const own = working.flatMap((at) => blocksWithin(late, at, (block) => isOf(block.holder, at)));
  const others = waiting.flatMap((at) => blocksWithin(late, at, () => true));
  return {
    blocked: sumOf(waiting) + sumOf(working.map((at) => ({ ns: ownBlocked(late, at) }))),
    busy: sumOf(busy),
    blocks: mergeBlocks([...others, ...own]),
    windows: [...waiting, ...busy].flatMap((at) => at.windows),
  };
}

/** A holder's work in one wait as one item: all of it shares the same windows. */
function mergeWork(items: readonly Located[]): Located[] {
  const merged: Located[] = [];
  for (const item of items) {
    const i = merged.findIndex((other) => other.windows === item.windows && other.request === item.request);
    const same = merged[i];
    if (same === undefined) merged.push(item);
    else merged[i] = { ...same, ns: same.ns + item.ns };
  }
  return merged;
}

function isOf(holder: Holder | undefined, at: Located): boolean {
  return holder?.requestId !== undefined && holder.requestId === at.request?.id;
}

/** The part of somebody's work that was long runs of theirs. */
function ownBlocked(late: Case, at: Located): number {
  const blocks = late.recording.loop.blocks.filter((block) => isOf(block.holder, at));
  return scaledOverlap(at, unite(blocks.map((block) => spanOf(late, block))));
}

function blocksWithin(late: Case, at: Located, counts: (block: LoopBlock) => boolean): BlockTime[] {
  return late.recording.loop.blocks.flatMap((block) => {
    const time = counts(block) ? scaledOverlap(at, [spanOf(late, block)]) : 0;
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
