import type {
  BusyRow,
  DeepRows,
  FrameRow,
  GcRow,
  HoldRow,
  JobRow,
  RequestRow,
  TickRow,
  WaitRow,
} from '../deep/rows.ts';
import type { OwnerEvidence } from './owners.ts';

/** Kept of one window, each: memory of the thread that makes the profile, some 10 MB. What is beyond is counted. */
const MAX_KEPT = 60_000;

/** One window of deeper recording, put together from what the main thread told piece by piece. */
export class WindowData implements OwnerEvidence {
  readonly stacks = new Map<number, readonly FrameRow[]>();
  readonly waits: WaitRow[] = [];
  readonly holds: HoldRow[] = [];
  readonly requests = new Map<number, RequestRow>();
  readonly busy: BusyRow[] = [];
  readonly blocks: BusyRow[] = [];
  readonly jobs: JobRow[] = [];
  readonly poolThreads: number;
  readonly lookupSlots: number;
  readonly gc: GcRow[] = [];
  readonly ticks: TickRow[] = [];
  readonly bulk = new Map<string, { count: number; ms: number }>();
  readonly from: number;
  to: number;
  readonly toHrMs: number;
  readonly originMs: number;
  readonly #cpuAtStart: number;
  #cpuAtEnd: number;
  #droppedThere = 0;
  #droppedHere = 0;

  /** @param first what was told as the window began */
  constructor(first: DeepRows) {
    this.from = first.at;
    this.to = first.at;
    this.toHrMs = first.toHrMs;
    this.originMs = first.originMs;
    this.poolThreads = first.poolThreads;
    this.lookupSlots = first.lookupSlots;
    this.#cpuAtStart = first.cpuMs;
    this.#cpuAtEnd = first.cpuMs;
    this.add(first);
  }

  add(rows: DeepRows): void {
    this.to = rows.at;
    this.#cpuAtEnd = rows.cpuMs;
    this.#droppedThere = rows.dropped;
    for (const [index, stack] of rows.stacks.entries()) this.stacks.set(rows.firstStack + index, stack);
    this.#keep(this.waits, rows.waits);
    this.#keep(this.holds, rows.holds);
    this.#keep(this.busy, rows.busy);
    this.#keep(this.blocks, rows.blocks);
    this.#keep(this.jobs, rows.jobs);
    this.#keep(this.gc, rows.gc);
    this.#keep(this.ticks, rows.ticks);
    for (const request of rows.requests) {
      if (this.requests.size < MAX_KEPT) this.requests.set(request.number, request);
      else this.#droppedHere++;
    }
    for (const { name, count, ms } of rows.bulk) {
      const known = this.bulk.get(name) ?? { count: 0, ms: 0 };
      this.bulk.set(name, { count: known.count + count, ms: known.ms + ms });
    }
  }

  /** Records that were too many to keep. */
  get dropped(): number {
    return this.#droppedThere + this.#droppedHere;
  }

  /** CPU time in the window, ms. */
  get cpuMs(): number {
    return this.#cpuAtEnd - this.#cpuAtStart;
  }

  stackOf(number: number): readonly FrameRow[] | undefined {
    return this.stacks.get(number);
  }

  /** The loop was blocked, and the watchdog saw that it was for no request. */
  isBackground(time: number): boolean {
    return this.blocks.some(([start, end, request]) => request === 0 && time >= start && time < end);
  }

  #keep<T>(kept: T[], rows: readonly T[]): void {
    const room = MAX_KEPT - kept.length;
    for (const row of rows.length > room ? rows.slice(0, room) : rows) kept.push(row);
    this.#droppedHere += Math.max(0, rows.length - room);
  }
}
