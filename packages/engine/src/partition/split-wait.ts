import { type Account, msToNs, type RequestId } from '@holdup/model';
import { bookBusy, resourceOf, type Slice } from './booking.ts';
import type { RecordingIndex } from './context.ts';
import type { LoopTimeline } from './loop-timeline.ts';
import type { WaitSlice } from './op-slices.ts';

/** Every answer waits for the end of the loop's current turn; below this it is that, and no cause for a deadline. */
const TRAILING_NOISE_NS = 200_000;

/**
 * An answer that is still awaited may not be there yet, however busy the loop is. Only a run that is long on any
 * network makes the loop the better explanation.
 */
const OPEN_TRAILING_NS = 10_000_000;

/**
 * Just before an answer is told, a run that no probe knows is most likely the client library taking that very answer
 * apart: rows of a result, chunks of a body. Longer ones are somebody's work.
 */
const OWN_PARSING_NS = 5_000_000;

/** A handshake of several round trips stops for us in the middle too. Below this it is our own share of the work. */
const ROUND_TRIP_BUSY_NS = 1_000_000;

/**
 * Each round trip ends with an answer that only a free loop can take up, and that one run at most kept from it; so many of
 * them end before the last. TLS: a hello that was not liked, and the certificate; a database: the request for TLS and the two,
 * then three steps of a password.
 */
const INNER_ROUND_TRIPS: ReadonlyMap<Account, number> = new Map<Account, number>([
  ['db.connect', 6],
  ['tls', 2],
]);

/**
 * A body comes in pieces, and whoever takes them is busy with each before the next one is looked at. As long as the loop is
 * idle for less than this between two runs the other side keeps up: all of them are the delay, not the last one alone.
 */
const PIECE_GAP_NS = 2_000_000;

const IN_PIECES: ReadonlySet<Account> = new Set<Account>(['client.upload', 'http.body']);

/** Not ended by the loop: libuv's own threads hand over the slot. Or no wait at all. */
const NOT_DELIVERED_BY_LOOP: ReadonlySet<Account> = new Set<Account>([
  'dns.queue',
  'cpu',
  'gc',
  'loop.blocked',
  'loop.busy',
]);

/**
 * Splits a wait into what the peer took and what the busy event loop took, see `partition`.
 * @param open The wait was not over at its end: the request was in flight and nobody knows whether the answer was there.
 */
export function appendWait(out: Slice[], wait: WaitSlice, open: boolean, index: RecordingIndex, self: RequestId): void {
  const { loop } = index;
  const runs =
    loop === undefined || NOT_DELIVERED_BY_LOOP.has(wait.account) ? [] : delayingRuns(wait, open, index, loop);
  let cursor = wait.start;
  for (const run of runs) {
    if (run.start > cursor) out.push({ ...wait, start: cursor, end: run.start });
    if (loop !== undefined) bookRun(out, wait, run, loop, self);
    cursor = run.end;
  }
  if (wait.end > cursor) out.push(cursor === wait.start ? wait : { ...wait, start: cursor });
}

interface Run {
  readonly start: number;
  readonly end: number;
}

function delayingRuns(wait: WaitSlice, open: boolean, index: RecordingIndex, loop: LoopTimeline): Run[] {
  const threshold = open ? OPEN_TRAILING_NS : TRAILING_NOISE_NS;
  let start = Math.max(wait.start, Math.min(dueAt(wait), wait.end), loop.runUpTo(wait.end) ?? wait.end);
  if (wait.end - start >= threshold) start = Math.max(start, handedOverAt(wait, index));
  const trailing =
    wait.end - start >= threshold && !isOwnParsing(start, wait.end, loop) ? [{ start, end: wait.end }] : [];
  const pieces = IN_PIECES.has(wait.account) && trailing.length > 0 ? startOfPieces(wait, start, loop) : start;
  if (pieces < start) return [...longestRuns(Number.POSITIVE_INFINITY, pieces, start, loop), ...trailing];
  const inner = INNER_ROUND_TRIPS.get(wait.account) ?? 0;
  return inner === 0 ? trailing : [...longestRuns(inner, wait.start, start, loop), ...trailing];
}

/** Where the first of the runs began that lead up to the last one, at `start`, without the loop having been idle for long. */
function startOfPieces(wait: WaitSlice, start: number, loop: LoopTimeline): number {
  let first = start;
  for (;;) {
    const before = loop.runUpTo(first - PIECE_GAP_NS);
    if (before === undefined || first <= wait.start) return Math.max(first, wait.start);
    first = Math.min(before, first - PIECE_GAP_NS);
  }
}

/** A timer says when it could be told at the earliest: before that a busy loop was no delay. */
function dueAt({ op, start }: WaitSlice): number {
  return op.detail.kind === 'timer' ? op.start + msToNs(op.detail.delayMs) : start;
}

function isOwnParsing(from: number, to: number, loop: LoopTimeline): boolean {
  if (to - from > OWN_PARSING_NS) return false;
  return loop.within(from, to).every((piece) => piece.owner === undefined && piece.kind === 'run');
}

/** So many at most, in their order. Which of them had an answer waiting is not known: no others can have delayed it more. */
function longestRuns(count: number, from: number, to: number, loop: LoopTimeline): Run[] {
  const runs: { start: number; end: number; id: number }[] = [];
  for (const piece of loop.within(from, to)) {
    const previous = runs.at(-1);
    if (previous?.id === piece.runStart) previous.end = piece.end;
    else runs.push({ start: piece.start, end: piece.end, id: piece.runStart });
  }
  return runs
    .filter((run) => run.end - run.start >= ROUND_TRIP_BUSY_NS)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, count)
    .sort((a, b) => a.start - b.start);
}

/**
 * What a pool hands over was held by somebody until then: before its release a busy loop was no delay, it may even
 * have been the holder's own work.
 */
function handedOverAt(wait: WaitSlice, index: RecordingIndex): number {
  const { detail } = wait.op;
  const from = resourceOf(wait);
  if (from === undefined || !('unit' in detail) || detail.unit === undefined) return wait.start;
  return index.holds.get(from)?.lastRelease(detail.unit, wait.end) ?? wait.start;
}

/** One booking per piece of the run; noise between its end and the wait's end goes with the last piece. */
function bookRun(out: Slice[], wait: WaitSlice, run: Run, loop: LoopTimeline, self: RequestId): void {
  let cursor = run.start;
  const pieces = loop.within(run.start, run.end);
  for (const [i, piece] of pieces.entries()) {
    const end = i === pieces.length - 1 ? run.end : piece.end;
    out.push({ account: bookBusy(piece, self), op: wait.op, start: cursor, end });
    cursor = end;
  }
  if (pieces.length === 0) out.push({ ...wait, start: run.start, end: run.end });
}
