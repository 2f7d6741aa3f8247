import {
  type Account,
  DNS_SLOTS,
  type Entry,
  EVENT_LOOP,
  ns,
  type Op,
  type RequestId,
  type ResourceId,
  THREAD_POOL,
} from '@holdup/model';
import { isOwnedBy, type LoopPiece } from './loop-timeline.ts';

/** What an entry is booked on, without its bounds. */
interface Booking {
  readonly account: Account;
  readonly op?: Op;
  readonly note?: string;
}

/** A booking with bounds; consecutive ones touch. */
export interface Slice extends Booking {
  readonly start: number;
  readonly end: number;
}

/** What a waiting request says about the loop being busy with something. */
export function bookBusy(piece: LoopPiece, self: RequestId): Account {
  if (piece.kind === 'gc') return 'gc';
  if (isOwnedBy(piece, self)) return 'cpu';
  return piece.kind === 'block' ? 'loop.blocked' : 'loop.busy';
}

/** Entries from touching slices, adjacent equal ones merged, empty ones dropped. */
export function toEntries(slices: Iterable<Slice>): Entry[] {
  const entries: Entry[] = [];
  let open: Slice | undefined;
  // Beside the open slice, because a copy per merged slice shows: a busy loop has tens of thousands.
  let end = 0;
  for (const slice of slices) {
    if (slice.end <= slice.start) continue;
    if (open === undefined || !isSameBooking(open, slice)) {
      if (open !== undefined) entries.push(toEntry(open, end));
      open = slice;
    }
    end = slice.end;
  }
  if (open !== undefined) entries.push(toEntry(open, end));
  return entries;
}

function isSameBooking(a: Booking, b: Booking): boolean {
  return a.account === b.account && a.op === b.op && a.note === b.note;
}

function toEntry(slice: Slice, end: number): Entry {
  const resource = resourceOf(slice);
  // No spreads: they cost more than all the rest, thousands of times.
  const entry: { -readonly [K in keyof Entry]: Entry[K] } = {
    account: slice.account,
    start: ns(slice.start),
    end: ns(end),
  };
  if (slice.op !== undefined) entry.op = slice.op.id;
  if (resource !== undefined) entry.resource = resource;
  if (slice.note !== undefined) entry.note = slice.note;
  return entry;
}

/** What a stretch waited for, where somebody can have held it. */
export function resourceOf({ account, op }: Booking): ResourceId | undefined {
  switch (account) {
    case 'loop.blocked':
    case 'loop.busy':
      return EVENT_LOOP;
    case 'dns.queue':
      return DNS_SLOTS;
    case 'threadpool.queue':
      return THREAD_POOL;
    case 'db.pool-queue':
      return op?.detail.kind === 'pool-wait' ? op.detail.pool : undefined;
    case 'lock.queue':
    case 'worker.queue':
      return op?.detail.kind === 'resource-wait' ? op.detail.resource : undefined;
    case 'http.socket-queue':
      return op?.detail.kind === 'http-client' ? op.detail.socketPool : undefined;
    default:
      return undefined;
  }
}
