import type { Holder, LoopRecord, Ns, RequestId } from '@holdup/model';
import { firstEndingAfter } from './cut.ts';

/** Idle gaps up to this are the loop's own turn-around and clock noise: libuv wakes up and polls again. */
export const IDLE_NOISE_NS = 50_000;

/** A stretch in which the loop did one thing for one owner. Pieces are ordered and disjoint. */
export interface LoopPiece {
  readonly start: number;
  readonly end: number;
  readonly kind: 'gc' | 'block' | 'run';
  /** Undefined: nobody knows whose work it was. */
  readonly owner: Holder | undefined;
  /** Bounds of the recorded stretch this piece was cut from. */
  readonly stretchStart: number;
  readonly stretchEnd: number;
  /** Where the contiguous busy run that this piece belongs to began. */
  readonly runStart: number;
}

/** Whether a piece is the given request's own work. */
export function isOwnedBy(piece: LoopPiece, id: RequestId): boolean {
  return piece.owner?.requestId === id;
}

/** What the event loop did, ready for binary search. Built once per recording in O(n log n). */
export class LoopTimeline {
  readonly #pieces: readonly LoopPiece[];

  constructor(record: LoopRecord, now: Ns) {
    this.#pieces = joinRuns(cutPieces(record, now));
  }

  /** Whether no piece overlaps `[from, to)`. */
  isIdle(from: number, to: number): boolean {
    return (this.#pieces[firstEndingAfter(this.#pieces, from)]?.start ?? to) >= to;
  }

  /** Pieces that overlap `[from, to)`, clipped to it. */
  within(from: number, to: number): readonly LoopPiece[] {
    if (to <= from) return [];
    const first = firstEndingAfter(this.#pieces, from);
    if ((this.#pieces[first]?.start ?? to) >= to) return [];
    const pieces = this.#pieces.slice(first, firstStartingFrom(this.#pieces, to, first));
    const [head] = pieces;
    if (head !== undefined && head.start < from) pieces[0] = { ...head, start: from, end: Math.min(head.end, to) };
    const tail = pieces.at(-1);
    if (tail !== undefined && tail.end > to) pieces[pieces.length - 1] = { ...tail, end: to };
    return pieces;
  }

  /** Start of the contiguous busy run that reaches up to `at`; undefined when the loop was idle just before. */
  runUpTo(at: number): number | undefined {
    const next = firstEndingAfter(this.#pieces, at - 1);
    const around = this.#pieces[next];
    if (around !== undefined && around.start < at) return around.runStart;
    const before = this.#pieces[next - 1];
    return before !== undefined && before.end >= at - IDLE_NOISE_NS ? before.runStart : undefined;
  }
}

/** Index of the first of ordered pieces, from `low` on, that starts at an instant or later. */
function firstStartingFrom(pieces: readonly LoopPiece[], instant: number, first: number): number {
  let low = first;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.start ?? 0) >= instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A piece while it is made: tens of thousands of them are worth no copy. */
type Draft = { -readonly [K in keyof LoopPiece]: LoopPiece[K] };

/** Overlays busy stretches, blocks and pauses: a block or pause that no busy stretch covers was busy all the same. */
function cutPieces(record: LoopRecord, now: number): Draft[] {
  const busy = new Layer(disjoint(record.busy, now));
  const blocks = new Layer(disjoint(record.blocks, now));
  const gc = new Layer(disjoint(record.gc, now));
  const pieces: Draft[] = [];
  let start = Number.NEGATIVE_INFINITY;
  while (start < Number.POSITIVE_INFINITY) {
    busy.moveTo(start);
    blocks.moveTo(start);
    gc.moveTo(start);
    const end = Math.min(busy.bound, blocks.bound, gc.bound);
    const source = busy.current ?? blocks.current ?? gc.current;
    if (source !== undefined) {
      pieces.push({
        start,
        end,
        kind: gc.current !== undefined ? 'gc' : blocks.current !== undefined ? 'block' : 'run',
        owner: busy.current?.holder ?? blocks.current?.holder,
        stretchStart: source.start,
        stretchEnd: source.end,
        runStart: start,
      });
    }
    start = end;
  }
  return pieces;
}

/** An idle gap belongs to the run when it is noise and no longer than the work that follows it. */
function joinRuns(pieces: Draft[]): readonly LoopPiece[] {
  let previous: Draft | undefined;
  for (const piece of pieces) {
    if (previous !== undefined) {
      const idle = piece.start - previous.end;
      if (idle <= IDLE_NOISE_NS && idle <= piece.stretchEnd - piece.stretchStart) {
        previous.end = piece.start;
        piece.runStart = previous.runStart;
      }
    }
    previous = piece;
  }
  return pieces;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly holder?: Holder;
}

/** Ordered, without overlap, closed: the earlier start keeps what two share. */
function disjoint(
  layer: readonly { readonly start: number; readonly end?: number; readonly holder?: Holder }[],
  now: number,
): readonly Stretch[] {
  if (isDisjoint(layer)) return layer;
  const out: Stretch[] = [];
  let cursor = Number.NEGATIVE_INFINITY;
  for (const { start: from, end = now, holder } of layer.toSorted((a, b) => a.start - b.start)) {
    const start = Math.max(from, cursor);
    if (end <= start) continue;
    out.push({ start, end, ...(holder !== undefined && { holder }) });
    cursor = end;
  }
  return out;
}

function isDisjoint(layer: readonly { readonly start: number; readonly end?: number }[]): layer is Stretch[] {
  let cursor = Number.NEGATIVE_INFINITY;
  for (const { start, end } of layer) {
    if (end === undefined || start < cursor || end <= start) return false;
    cursor = end;
  }
  return true;
}

/** One disjoint list, looked at from an instant that only moves on. */
class Layer {
  readonly #stretches: readonly Stretch[];
  #next = 0;
  /** The stretch the instant lies in. */
  current: Stretch | undefined;
  /** Where that changes. */
  bound = Number.NEGATIVE_INFINITY;

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches;
  }

  moveTo(instant: number): void {
    if (instant < this.bound) return;
    let next = this.#stretches[this.#next];
    while (next !== undefined && next.end <= instant) next = this.#stretches[++this.#next];
    this.current = next !== undefined && next.start <= instant ? next : undefined;
    this.bound = (this.current === undefined ? next?.start : next?.end) ?? Number.POSITIVE_INFINITY;
  }
}
