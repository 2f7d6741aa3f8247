import type { Frame, LookupId, PoolJobId } from './op.ts';
import type { Request, RequestId } from './request.ts';
import type { Hold, Holder, Resource, ResourceId } from './resource.ts';
import type { Ns } from './time.ts';

/** A stretch in which the event loop ran without going idle, on one owner's behalf. */
export interface BusyStretch {
  readonly start: Ns;
  readonly end: Ns;
  /** Absent: nobody knows whose work it was. `background` holders have no requestId. */
  readonly holder?: Holder;
}

/** One synchronous run long enough that others noticed. */
export interface LoopBlock {
  readonly start: Ns;
  readonly end?: Ns;
  readonly holder?: Holder;
  /** Innermost frame first; absent when no stack could be taken. */
  readonly stack?: readonly Frame[];
  /** The stack arrived only when a native call returned. */
  readonly native?: boolean;
  /**
   * CPU time of the thread (or, where only that is known, the process) meanwhile. Far less than the block lasted: the
   * thread slept in a system call, or the machine gave it no turn.
   */
  readonly cpu?: Ns;
  /** Of the block, as far as it is known: the thread was ready to run and the machine had no processor for it. */
  readonly queued?: Ns;
}

export interface GcPause {
  readonly start: Ns;
  readonly end: Ns;
  readonly kind: 'minor' | 'major' | 'incremental' | 'weak-callbacks';
}

/** CPU time used so far, at one moment: of the thread or, where only that is known, of the whole process. */
export interface CpuMark {
  readonly at: Ns;
  readonly used: Ns;
  /** For how long the loop's thread has been ready to run without a processor so far. Absent: the system does not tell. */
  readonly queued?: Ns;
}

/** What the event loop did. `busy` is ordered and disjoint; blocks and pauses may lie inside busy stretches. */
export interface LoopRecord {
  readonly busy: readonly BusyStretch[];
  readonly blocks: readonly LoopBlock[];
  readonly gc: readonly GcPause[];
  /** In order, some dozens a second. Absent: not watched. */
  readonly cpu?: readonly CpuMark[];
}

/** A getaddrinfo call of the whole process: they share libuv's slots. Ordered by start. */
export interface Lookup {
  readonly id: LookupId;
  readonly host: string;
  readonly start: Ns;
  readonly end?: Ns;
  readonly holder?: Holder;
}

/** A call of the whole process whose work libuv's thread pool does: they share its threads. Ordered by start. */
export interface PoolJob {
  readonly id: PoolJobId;
  /** `fs.stat`, `crypto.pbkdf2`, `zlib.gzip` */
  readonly call: string;
  /** `several`: short ones in a row (open, stat, read, close), each of which queues anew. */
  readonly steps: 'one' | 'several';
  readonly start: Ns;
  readonly end?: Ns;
  readonly holder?: Holder;
}

/** What was watched. A cause whose source is absent answers `unknown`, never `ruledOut`. */
export type EvidenceSource =
  | 'ledger'
  | 'loop'
  | 'loop-stacks'
  | 'gc'
  | 'http-client'
  | 'socket-phases'
  | 'dns-lookups'
  | 'threadpool'
  | 'pool-holders'
  | 'db-client'
  | 'db-server'
  /** Locks, limiters and worker pools inside the process. */
  | 'resource-holders'
  | 'caller'
  | 'uploads'
  | 'downloads';

/** Everything the engine may look at. A value: no clock, no I/O behind it. */
export interface Recording {
  /** Epoch nanoseconds of Ns 0. */
  readonly origin: bigint;
  /** The moment the recording was cut. Open ops and requests run until here. */
  readonly now: Ns;
  readonly requests: ReadonlyMap<RequestId, Request>;
  readonly resources: ReadonlyMap<ResourceId, Resource>;
  readonly holds: readonly Hold[];
  readonly loop: LoopRecord;
  readonly lookups: readonly Lookup[];
  /** Concurrent getaddrinfo calls libuv runs: half the thread pool, rounded up. */
  readonly lookupSlots: number;
  /** Absent where they are not watched. */
  readonly poolJobs?: readonly PoolJob[];
  /** Threads of libuv's pool, which lookups use too; absent: not known. */
  readonly poolThreads?: number;
  readonly sources: ReadonlySet<EvidenceSource>;
  /** From when on the recording is complete; before it, holders may be missing. */
  readonly completeSince: Ns;
}
