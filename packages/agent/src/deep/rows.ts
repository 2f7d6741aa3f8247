import type { GcPause } from '@holdup/model';

/**
 * What deeper recording saw since the last time it was asked, as plain JSON: it crosses from the main thread to the one that makes
 * profiles of it. Milliseconds are the main thread's `performance.now()`; -1 as an end: still going on.
 */
export interface DeepRows {
  readonly at: number;
  /** What makes `process.hrtime`, in ms, of such a time. V8 stamps its samples with that clock. */
  readonly toHrMs: number;
  /** Epoch milliseconds of the zero of these times. */
  readonly originMs: number;
  /** CPU time of the main thread so far, ms; before Node 23.9 of the whole process. */
  readonly cpuMs: number;
  /** Busy stretches are told up to here: what made the latest ones shows a little later. */
  readonly busyUntil: number;
  /** Stacks that are new, innermost frame first; the first has the number `firstStack`. */
  readonly stacks: readonly (readonly FrameRow[])[];
  readonly firstStack: number;
  readonly waits: readonly WaitRow[];
  /** Waits nothing more is known of, summed up. */
  readonly bulk: readonly BulkRow[];
  readonly holds: readonly HoldRow[];
  readonly requests: readonly RequestRow[];
  readonly busy: readonly BusyRow[];
  readonly blocks: readonly BusyRow[];
  /** Work of libuv's thread pool, of requests or not. */
  readonly jobs: readonly JobRow[];
  readonly poolThreads: number;
  readonly lookupSlots: number;
  readonly gc: readonly GcRow[];
  readonly ticks: readonly TickRow[];
  /** Requests, holds, waits that were too many to keep. */
  readonly dropped: number;
}

/** Function, file, line, line the function starts at, column; from 1, a column that is not known 0. */
export type FrameRow = readonly [name: string, file: string, line: number, startLine: number, column: number];

/** A stretch of a wait on one account, and the resource that was waited for. */
export type WaitPart = readonly [account: string, start: number, end: number, resource: string];

export interface WaitRow {
  /** What was waited for, for people, without anything a request carried. */
  readonly name: string;
  readonly parts: readonly WaitPart[];
  readonly start: number;
  readonly end: number;
  /** {@link NO_STACK}: not taken. */
  readonly stack: number;
  readonly request: number;
  /** Resource that it has while it does not wait for it; '' for none, and for those with hold rows. */
  readonly holds: string;
}

export interface BulkRow {
  readonly name: string;
  readonly count: number;
  readonly ms: number;
}

export interface HoldRow {
  readonly resource: string;
  /** Its name, for people. */
  readonly name: string;
  readonly stack: number;
  /** 0: background work. */
  readonly request: number;
  readonly start: number;
  readonly end: number;
}

/** A call whose work libuv's thread pool does, or a name lookup; from when it was handed over to its end. */
export interface JobRow {
  readonly number: number;
  /** `fs.stat`, `dns.lookup`: nothing of its arguments. */
  readonly call: string;
  /** `one` step or `several` in a row, as in `PoolJob`. */
  readonly kind: 'lookup' | 'one' | 'several';
  /** 0: background work. */
  readonly request: number;
  readonly start: number;
  readonly end: number;
}

export interface RequestRow {
  readonly number: number;
  readonly route: string;
  readonly traceId: string;
  readonly start: number;
  readonly end: number;
}

/** The loop ran for this request; 0: nobody known. */
export type BusyRow = readonly [start: number, end: number, request: number];

export type GcRow = readonly [start: number, end: number, kind: GcPause['kind']];

/** What ran at one moment and for whom, looked up in the interrupted code itself: that is sure. */
export type TickRow = readonly [at: number, request: number, stack: number];

export const NO_STACK = -1;
