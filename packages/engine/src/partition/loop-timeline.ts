import type { Holder, LoopRecord, Ns, RequestId } from '@holdup/model';
import { firstEndingAfter } from './cut.ts';

/** Idle gaps up to this are the loop's own turn-around and clock noise: libuv wakes up and polls again. */
export const IDLE_NOISE_NS = 50_000;

/** A stretch in which the loop did one thing for one owner. Pieces are ordered and disjoint. */
export interface LoopPiece {
  readonly start: number;
  readonly end: number;
  readonly kind: 'gc' | 'block' | 'run';
  /** Absent: nobody knows whose work it was. */
  readonly owner?: Holder;
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

  /** Pieces that overlap `[from, to)`, clipped to it. */
  *within(from: number, to: number): Generator<LoopPiece> {
    if (to <= from) return;
    for (let i = firstEndingAfter(this.#pieces, from); i < this.#pieces.length; i++) {
      const piece = this.#pieces[i];
      if (piece === undefined || piece.start >= to) return;
      const inside = piece.start >= from && piece.end <= to;
      yield inside ? piece : { ...piece, start: Math.max(from, piece.start), end: Math.min(to, piece.end) };
    }
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

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly holder?: Holder;
}

type Cut = Omit<LoopPiece, 'runStart'>;

/** Overlays busy stretches, blocks and pauses: a block or pause that no busy stretch covers was busy all the same. */
function cutPieces(record: LoopRecord, now: number): Cut[] {
  const busy = new Layer(disjoint(record.busy, now));
  const blocks = new Layer(disjoint(record.blocks, now));
  const gc = new Layer(disjoint(record.gc, now));
  const bounds = [...new Set([...busy.bounds(), ...blocks.bounds(), ...gc.bounds()])].sort((a, b) => a - b);
  const pieces: Cut[] = [];
  for (const [i, start] of bounds.entries()) {
    const end = bounds[i + 1];
    if (end === undefined) break;
    const stretch = busy.at(start);
    const block = blocks.at(start);
    const pause = gc.at(start);
    const source = stretch ?? block ?? pause;
    if (source === undefined) continue;
    const owner = stretch?.holder ?? block?.holder;
    pieces.push({
      start,
      end,
      kind: pause !== undefined ? 'gc' : block !== undefined ? 'block' : 'run',
      ...(owner !== undefined && { owner }),
      stretchStart: source.start,
      stretchEnd: source.end,
    });
  }
  return pieces;
}

/** An idle gap belongs to the run when it is noise and no longer than the work that follows it. */
function joinRuns(cuts: readonly Cut[]): LoopPiece[] {
  const pieces: LoopPiece[] = [];
  let runStart = 0;
  for (const [i, cut] of cuts.entries()) {
    const previous = pieces[i - 1];
    if (previous === undefined || previous.end < cut.start) runStart = cut.start;
    const next = cuts[i + 1];
    const idle = next === undefined ? 0 : next.start - cut.end;
    const joins = next !== undefined && idle <= IDLE_NOISE_NS && idle <= next.stretchEnd - next.stretchStart;
    pieces.push({ ...cut, end: joins ? next.start : cut.end, runStart });
  }
  return pieces;
}

/** Ordered, without overlap, closed: the earlier start keeps what two share. */
function disjoint(layer: readonly { start: Ns; end?: Ns; holder?: Holder }[], now: number): Stretch[] {
  const out: Stretch[] = [];
  let cursor = Number.NEGATIVE_INFINITY;
  for (const item of layer.toSorted((a, b) => a.start - b.start)) {
    const start = Math.max(item.start, cursor);
    const end = item.end ?? now;
    if (end <= start) continue;
    out.push({ start, end, ...(item.holder !== undefined && { holder: item.holder }) });
    cursor = end;
  }
  return out;
}

/** One disjoint list, asked for ascending instants. */
class Layer {
  readonly #stretches: readonly Stretch[];
  #next = 0;

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches;
  }

  bounds(): number[] {
    return this.#stretches.flatMap((stretch) => [stretch.start, stretch.end]);
  }

  at(instant: number): Stretch | undefined {
    for (let s = this.#stretches[this.#next]; s !== undefined && s.end <= instant; s = this.#stretches[++this.#next]);
    const stretch = this.#stretches[this.#next];
    return stretch !== undefined && stretch.start <= instant ? stretch : undefined;
  }
}
