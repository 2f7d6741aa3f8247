import { type LoopBlock, msToNs } from '@holdup/model';
import { unite } from '../../blame/spans.ts';
import type { Case } from '../../case.ts';
import { depthOf, groupBy, type Located, locate, locateOwn, locateThroughHolders, sumOf } from './located.ts';
import { overlapOf, type Window } from './windows.ts';

/**
 * A run of a fifth of a second is a block whatever else there is. Shorter ones can be one turn of a busy loop: a dozen
 * ordinary callbacks back to back, between which nothing was seen to end.
 */
const LONG_RUN_NS = msToNs(200);
/** In a short wait a run need not be as long to be what it was about: a good third of it will do. */
const LONG_RUN_SHARE = 0.3;
/** Work in short runs below this of the wall time belongs to any answer; above it, it is what the request did. */
const MUCH_WORK_SHARE = 0.35;

/** A blocking run with the part of the late request's time that it took. */
export interface BlockTime {
  readonly block: LoopBlock;
  readonly ns: number;
  readonly depth: number;
  readonly at: Located;
}

/** Time of a late request that the event loop took, by how it took it. Collection pauses are booked apart. */
export interface LoopTime {
  /** One trouble seen in two sizes: whichever it was takes all of the time, so that the vote is not split. */
  readonly kind: 'blocked' | 'saturated';
  /** Waiting while one long run had the loop, and its own long runs. */
  readonly blocked: number;
  /** Waiting while the loop was busy with short runs; its own short runs, where it did little else. */
  readonly busy: number;
  /** Of both, what was no wait but work of the late request itself. */
  readonly own: number;
  /** Longest first. */
  readonly blocks: readonly BlockTime[];
  /** When the loop was in the way of this request, or of whom it waited for. */
  readonly windows: readonly Window[];
  /** The largest part as far down the blame chain as most of it lies. */
  readonly main?: Located;
}

export function loopTime(late: Case): LoopTime {
  const { blocks } = late.recording.loop;
  const waiting = locate(late, 'loop.blocked');
  const work = workOf(late);
  const shortWork = work.filter((item) => item.short > 0).map(({ at, short }) => ({ ...at, ns: short }));
  const turns = [
    ...locate(late, 'loop.busy'),
    ...(sumOf(shortWork) >= MUCH_WORK_SHARE * late.ledger.wall ? shortWork : []),
  ];
  const longWork = work.map(({ at, long }) => ({ ...at, ns: long }));
  const met = mergeBlocks([
    ...waiting.flatMap((at) => blocksWithin(late, at, blocks)),
    ...work.flatMap(({ at, own }) => blocksWithin(late, at, own)),
  ]);
  const blocked = sumOf(waiting) + sumOf(longWork);
  const busy = sumOf(turns);
  const all = [...waiting, ...turns, ...longWork];
  const depth = depthOf(all);
  const main = all.filter((at) => at.depth === depth).sort((a, b) => b.ns - a.ns)[0];
  return {
    kind: blocked >= busy && isLong(late, met, blocked + busy) ? 'blocked' : 'saturated',
    blocked,
    busy,
    own: sumOf(all.filter((at) => at.account === 'cpu' && at.depth === 0)),
    blocks: met,
    windows: windowsOf([...waiting, ...turns]),
    ...(main === undefined ? {} : { main }),
  };
}

function isLong(late: Case, met: readonly BlockTime[], total: number): boolean {
  const longest = Math.max(0, ...met.map(({ block }) => runOf(late, block)));
  return longest >= Math.min(LONG_RUN_NS, LONG_RUN_SHARE * total);
}

/** How long a block lasted, or has lasted so far. */
export function runOf(late: Case, block: LoopBlock): number {
  return (block.end ?? late.recording.now) - block.start;
}

interface Work {
  readonly at: Located;
  /** Long runs of whose work it is. */
  readonly own: readonly LoopBlock[];
  /** The part that was long runs, and the rest. */
  readonly long: number;
  readonly short: number;
}

/** Own work, and that of holders. In one long run the request held itself up, as it did others. */
function workOf(late: Case): Work[] {
  const byOwner = groupBy(late.recording.loop.blocks, (block) => block.holder?.requestId);
  return [...locateOwn(late, 'cpu'), ...mergeWork(locateThroughHolders(late, 'cpu'))].map((at) => {
    const own = at.request === undefined ? [] : (byOwner.get(at.request.id) ?? []);
    const long = own.length === 0 ? 0 : scaledOverlap(at, unite(own.map((block) => spanOf(late, block))));
    return { at, own, long, short: at.ns - long };
  });
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

/** Holders in one wait share its windows; they count once. */
function windowsOf(items: readonly Located[]): readonly Window[] {
  return unite([...new Set(items.map((item) => item.windows))].flat());
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
