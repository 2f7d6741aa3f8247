import type { Account, Op } from '@holdup/model';
import type { Case } from '../../case.ts';
import { locateOwn, sumOf } from './located.ts';
import { isOpOf, type OpOf } from './ops.ts';
import { beyondUsual } from './significance.ts';

/** One outgoing call with its time on some accounts of the critical path. */
export interface CallTime {
  readonly op: OpOf<'http-client'>;
  readonly ns: number;
  /** What of it would not have been there on an ordinary day. */
  readonly beyond: number;
}

/** The late request's own calls, largest first. Holders' calls are theirs to answer for, see `locateThroughHolders`. */
export function callTimes(late: Case, accounts: readonly Account[]): CallTime[] {
  const times = new Map<OpOf<'http-client'>, number>();
  for (const { op, ns } of accounts.flatMap((account) => locateOwn(late, account))) {
    if (op !== undefined && isOpOf(op, 'http-client')) times.set(op, (times.get(op) ?? 0) + ns);
  }
  return [...times].map(([op, ns]) => ({ op, ns, beyond: beyondUsual(ns, op.usual) })).sort((a, b) => b.ns - a.ns);
}

/** Calls to one host. */
export interface HostCalls {
  readonly host: string;
  readonly ns: number;
  readonly beyond: number;
  /** Largest first. */
  readonly calls: readonly CallTime[];
}

/** Calls by host, the one with the most time beyond the usual first. */
export function callsByHost(calls: readonly CallTime[]): HostCalls[] {
  const groups = new Map<string, CallTime[]>();
  for (const call of calls) {
    const group = groups.get(call.op.detail.host);
    if (group === undefined) groups.set(call.op.detail.host, [call]);
    else group.push(call);
  }
  return [...groups]
    .map(([host, group]) => ({
      host,
      calls: group,
      ns: sumOf(group),
      beyond: group.reduce((sum, call) => sum + call.beyond, 0),
    }))
    .sort((a, b) => b.beyond - a.beyond || b.ns - a.ns || (a.host < b.host ? -1 : 1));
}

/** Calls one after another, none overlapping the next, in order of time. */
export function inSequence<T extends { readonly op: { readonly start: number; readonly end?: number } }>(
  items: readonly T[],
): T[] {
  const sequence: T[] = [];
  let cursor = Number.NEGATIVE_INFINITY;
  for (const item of items.toSorted((a, b) => a.op.start - b.op.start)) {
    if (item.op.start < cursor) continue;
    sequence.push(item);
    cursor = item.op.end ?? Number.POSITIVE_INFINITY;
  }
  return sequence;
}

/** What sends the caller on to another place. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether its answer said where to ask next: whatever came after it had to wait for it. */
export function isRedirect({ detail }: OpOf<'http-client'>): boolean {
  return detail.status !== undefined && REDIRECTS.has(detail.status);
}

/** Fewer than three in a row are an ordinary "ask, then act". */
export const LEAST_SERIES = 3;
/** When one step is more than half of it all, that step is the story, not the row. */
const LARGEST_STEP_SHARE = 0.5;

/** With more than this of it beyond the usual, the peers' being slow is the story; a few outliers do not make it so. */
const SLOW_SHARE = 0.5;

/** Whether so many steps in a row, none outstanding and hardly slower than usual, are the story themselves. */
export function isSeries(steps: readonly { readonly ns: number; readonly op: Pick<Op, 'usual'> }[]): boolean {
  if (steps.length < LEAST_SERIES) return false;
  const total = sumOf(steps);
  if (steps.some((step) => step.ns > LARGEST_STEP_SHARE * total)) return false;
  return beyondKnown(steps) <= SLOW_SHARE * total;
}

/** Time of steps beyond what is known to be their usual. */
export function beyondKnown(steps: readonly { readonly ns: number; readonly op: Pick<Op, 'usual'> }[]): number {
  const known = steps.filter((step) => step.op.usual !== undefined);
  return known.reduce((sum, step) => sum + beyondUsual(step.ns, step.op.usual), 0);
}
