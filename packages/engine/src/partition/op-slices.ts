import { type Account, type Op, withoutBrackets, withoutPort } from '@holdup/model';
import type { Span } from '../blame/spans.ts';
import type { Slice } from './booking.ts';
import type { PooledLookup, ThreadPool } from './thread-pool.ts';

/** A stretch in which an op waited for one event. */
export interface WaitSlice extends Slice {
  readonly op: Op;
}

/** What an op did in `[start, end)`: its phases, and its own account where there is none. Touching and complete. */
export function sliceOp(op: Op, start: number, end: number, pool: ThreadPool): WaitSlice[] {
  const slices: WaitSlice[] = [];
  let cursor = start;
  for (const phase of op.phases) {
    if (phase.start >= end) break;
    const from = Math.max(cursor, phase.start);
    const to = Math.min(end, phase.end ?? end);
    if (to <= from) continue;
    if (from > cursor) slices.push({ account: op.account, op, start: cursor, end: from });
    const slice = { account: phase.account, op, start: from, end: to };
    slices.push(phase.note === undefined ? slice : { ...slice, note: phase.note });
    cursor = to;
  }
  if (cursor < end) slices.push({ account: op.account, op, start: cursor, end });
  if (!slices.some(usesPool)) return slices;
  return slices.flatMap((slice) => {
    if (slice.account === 'dns') return splitLookup(slice, pool);
    return slice.account === 'threadpool' ? splitJob(slice, pool) : [slice];
  });
}

/** Whether it may have queued for a thread. */
export function usesPool({ account }: { readonly account: Account }): boolean {
  return account === 'dns' || account === 'threadpool';
}

function splitJob(slice: WaitSlice, pool: ThreadPool): WaitSlice[] {
  const { detail } = slice.op;
  const job = detail.kind === 'threadpool' ? pool.job(detail.job) : undefined;
  return job === undefined ? [slice] : cutOut(slice, job.queued, 'threadpool.queue');
}

/**
 * The part of a lookup before it ran is queueing, unless the op itself says so already: for one of the slots that lookups
 * may have when those were taken, else for a thread of the pool.
 */
function splitLookup(slice: WaitSlice, pool: ThreadPool): WaitSlice[] {
  const { op } = slice;
  const lookup = op.phases.some((phase) => phase.account === 'dns.queue') ? undefined : lookupOf(op, slice, pool);
  if (lookup === undefined || lookup.runs <= lookup.start) return [slice];
  return cutOut(slice, [{ start: lookup.start, end: lookup.runs }], 'threadpool.queue').flatMap((part) =>
    part.account === 'threadpool.queue' ? cutOut(part, pool.slotsFull(part.start, part.end), 'dns.queue') : [part],
  );
}

/** Books the parts of a slice that lie in `spans` (ordered, disjoint) on another account. */
function cutOut(slice: WaitSlice, spans: readonly Span[], account: Account): WaitSlice[] {
  const parts: WaitSlice[] = [];
  let cursor = slice.start;
  for (const span of spans) {
    const from = Math.max(cursor, span.start);
    const to = Math.min(slice.end, span.end);
    if (to <= from) continue;
    if (from > cursor) parts.push({ ...slice, start: cursor, end: from });
    parts.push({ ...slice, account, start: from, end: to });
    cursor = to;
  }
  if (cursor < slice.end) parts.push({ ...slice, start: cursor });
  return parts;
}

/** The getaddrinfo call an op waited for within a span, where it is known. */
export function lookupOf(op: Op, slice: Span, pool: ThreadPool): PooledLookup | undefined {
  const { detail } = op;
  switch (detail.kind) {
    case 'dns':
      return detail.lookup === undefined ? undefined : pool.lookup(detail.lookup);
    case 'http-client':
    case 'socket':
      return pool.lookupWithin(withoutBrackets(withoutPort(detail.host)), slice.start, slice.end);
    default:
      return undefined;
  }
}
