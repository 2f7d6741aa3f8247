import { type Op, withoutBrackets, withoutPort } from '@holdup/model';
import type { Slice } from './booking.ts';
import type { LookupSlots, SlottedLookup } from './lookup-slots.ts';

/** A stretch in which an op waited for one event. */
export interface WaitSlice extends Slice {
  readonly op: Op;
}

/** What an op did in `[start, end)`: its phases, and its own account where there is none. Touching and complete. */
export function sliceOp(op: Op, start: number, end: number, slots: LookupSlots): WaitSlice[] {
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
  if (!slices.some(isLookup)) return slices;
  return slices.flatMap((slice) => (isLookup(slice) ? splitLookup(slice, slots) : [slice]));
}

function isLookup({ account }: Slice): boolean {
  return account === 'dns';
}

/** The part of a lookup before libuv gave it a slot is queueing, unless the op itself says so already. */
function splitLookup(slice: WaitSlice, slots: LookupSlots): WaitSlice[] {
  const { op } = slice;
  const lookup = op.phases.some((phase) => phase.account === 'dns.queue') ? undefined : lookupOf(op, slice, slots);
  if (lookup === undefined) return [slice];
  const from = Math.max(slice.start, lookup.start);
  const to = Math.min(slice.end, lookup.runs);
  if (to <= from) return [slice];
  const parts: WaitSlice[] = [
    { ...slice, end: from },
    { ...slice, account: 'dns.queue', start: from, end: to },
    { ...slice, start: to },
  ];
  return parts.filter((part) => part.end > part.start);
}

function lookupOf(op: Op, slice: Slice, slots: LookupSlots): SlottedLookup | undefined {
  const { detail } = op;
  switch (detail.kind) {
    case 'dns':
      return detail.lookup === undefined ? undefined : slots.get(detail.lookup);
    case 'http-client':
    case 'socket':
      return slots.startedWithin(withoutBrackets(withoutPort(detail.host)), slice.start, slice.end);
    default:
      return undefined;
  }
}
