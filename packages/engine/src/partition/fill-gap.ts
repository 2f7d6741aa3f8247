import type { Account, RequestId } from '@holdup/model';
import type { Slice } from './booking.ts';
import { IDLE_NOISE_NS, isOwnedBy, type LoopPiece, type LoopTimeline } from './loop-timeline.ts';

/** A stretch of the request's life that no op on the critical path covers. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  /** False when the request was in flight at the gap's end: nothing says that it was running there. */
  readonly endsRunning: boolean;
  /** Who explains idle time here: touching slices that cover the gap. */
  readonly idle: readonly Slice[];
  /** From here on an op off the critical path explains it; the gap's end when none does. */
  readonly waitsFrom: number;
}

/**
 * Books the busy parts of a gap on loop accounts and `cpu`, the idle parts on whatever `gap.idle` says. Where an op
 * explains the idle time the gap was a wait, and as in any wait what others ran before the last idle moment
 * delayed nothing.
 */
export function fillGap(out: Slice[], gap: Gap, loop: LoopTimeline, self: RequestId): void {
  const pieces = loop.within(gap.start, gap.end);
  if (pieces.length === 0) {
    out.push(...gap.idle);
    return;
  }
  const idle = new IdleCursor(gap.idle);
  const lastRun = gap.waitsFrom < gap.end ? loop.runUpTo(gap.end) : undefined;
  let cursor = gap.start;
  // Grown in place: a gap can have tens of thousands of pieces, most of them booked like the one before.
  let busy: { account: Account; start: number; end: number } | undefined;
  for (const piece of pieces) {
    const account = bookGapPiece(piece, gap, self);
    if (isOthers(account) && piece.start >= gap.waitsFrom && piece.runStart !== lastRun) continue;
    if (busy?.account === account && busy.end === piece.start) {
      busy.end = piece.end;
    } else {
      if (piece.start > cursor) out.push(...idle.take(cursor, piece.start));
      busy = { account, start: piece.start, end: piece.end };
      out.push(busy);
    }
    cursor = piece.end;
  }
  if (cursor < gap.end) out.push(...idle.take(cursor, gap.end));
}

function bookGapPiece(piece: LoopPiece, gap: Gap, self: RequestId): Account {
  if (piece.kind === 'gc') return 'gc';
  if (isOwnedBy(piece, self)) return 'cpu';
  if (piece.owner === undefined && touchesEdge(piece, gap)) return 'cpu';
  return piece.kind === 'block' ? 'loop.blocked' : 'loop.busy';
}

function isOthers(account: Account): boolean {
  return account === 'loop.blocked' || account === 'loop.busy';
}

/** The op before the gap ended in code of this request, and the one after it was started by it. */
function touchesEdge(piece: LoopPiece, gap: Gap): boolean {
  const atStart = piece.stretchStart <= gap.start + IDLE_NOISE_NS;
  const atEnd = gap.endsRunning && piece.stretchEnd >= gap.end - IDLE_NOISE_NS;
  return atStart || atEnd;
}

/** Cuts ascending intervals out of touching slices. */
class IdleCursor {
  readonly #slices: readonly Slice[];
  #next = 0;

  constructor(slices: readonly Slice[]) {
    this.#slices = slices;
  }

  take(from: number, to: number): Slice[] {
    const taken: Slice[] = [];
    for (let slice = this.#slices[this.#next]; slice !== undefined; slice = this.#slices[++this.#next]) {
      const start = Math.max(from, slice.start);
      const end = Math.min(to, slice.end);
      if (end > start) taken.push({ ...slice, start, end });
      if (slice.end >= to) break;
    }
    return taken;
  }
}
