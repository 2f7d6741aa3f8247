import type { Frame, Ns } from '@holdup/model';
import { BlockCollections } from './block-collections.ts';
import { now, toNs } from './clock.ts';
import { processorQueueClock, threadCpuClock } from './cpu-clock.ts';
import { isOwnFile, shownFile } from './host-files.ts';
import type { Kit } from './probes/probe.ts';
import type { RequestRecord } from './recorder/request-record.ts';
import type { BlockRecord } from './recorder/shared-records.ts';
import type { Block, OpenBlock, Sample } from './watchdog/block.ts';
import { type DebugOptions, startWatchdog, type Watchdog } from './watchdog/watchdog.ts';

/**
 * A loop that missed its beat without one run of this length was busy with many short ones: no block. Two thirds of
 * what the watchdog calls late, since a beat also waits for what comes before and after the run. Milliseconds.
 */
const MIN_RUN_MS = 40;

/** So many calls in one block that could not be interrupted are a habit of the program, and hardly all collections. */
const MANY_RETURNS = 4;

export interface BlockEvents {
  /**
   * The loop is blocked; called inside the blocked code, now and then, as long as it lasts. Not when a call that could
   * not be interrupted (native code, a collection) has just returned: most often that was it.
   */
  blocked(): void;
  /** Interrupted, while {@link BlockWatch.ticking} is set: a look at what runs. */
  tick(): void;
  /** The block is over. */
  over(): void;
  /** No stacks any more. */
  off(reason: string): void;
}

/** Turns what the watchdog sees into blocks of the flight memory. */
export class BlockWatch {
  readonly #kit: Kit;
  readonly #events: BlockEvents;
  readonly #watchdog: Watchdog<RequestRecord> | undefined;
  readonly #cpuUsage = threadCpuClock();
  readonly #queueTime = processorQueueClock();
  readonly #collections = new BlockCollections();
  #cpuAtBeat = 0;
  #queuedAtBeat: number | undefined;
  /** When a call that could not be interrupted last returned in this block, ms. */
  #returnedAt: number | undefined;
  #returns = 0;

  /** @param debug absent: no debug endpoints */
  constructor(kit: Kit, events: BlockEvents, debug: DebugOptions | undefined) {
    this.#kit = kit;
    this.#events = events;
    const { sources } = kit.flight;
    sources.add('loop-stacks');
    this.#watchdog = startWatchdog<RequestRecord>({
      idle: kit.flight.idle,
      currentHolder: () => kit.context.current(),
      onBlocked: kit.guard((block) => this.#begun(block)),
      onBlock: kit.guard((block) => this.#ended(block)),
      onTick: kit.guard(() => events.tick()),
      debug,
      onOff: (reason) => {
        sources.delete('loop-stacks');
        this.#collections.end();
        events.off(reason);
      },
    });
    if (this.#watchdog === undefined) sources.delete('loop-stacks');
  }

  beat(): void {
    const watchdog = this.#watchdog;
    if (watchdog !== undefined) {
      watchdog.inFlight = this.#kit.flight.inFlight.size;
      watchdog.beat();
    }
    this.#cpuAtBeat = this.#cpuUsage();
    this.#queuedAtBeat = this.#queueTime();
    this.#kit.flight.cpu.mark(now(), this.#cpuAtBeat, this.#queuedAtBeat);
  }

  set ticking(on: boolean) {
    if (this.#watchdog !== undefined) this.#watchdog.ticking = on;
  }

  /** This process is a server. */
  serve(): void {
    this.#watchdog?.serve();
  }

  /** What a reader of the debug endpoints would say now. */
  tell(reader: string, value: unknown): void {
    this.#watchdog?.tell({ reader, value });
  }

  stop(): void {
    this.#watchdog?.stop();
    this.#collections.end();
  }

  #begun({ startMs, sample }: OpenBlock<RequestRecord>): void {
    const { stack, holder, native } = sample;
    if (native) {
      this.#returnedAt = sample.atMs;
      this.#returns++;
    }
    const block: BlockRecord = {
      start: toNs(startMs),
      ...this.#queuedSince(now() - startMs),
      ...hostStack(stack),
      ...(holder === undefined ? {} : { owner: holder }),
    };
    this.#kit.flight.openBlock = { block, collections: this.#collections.look() };
    if (this.#isClear(startMs)) this.#events.blocked();
  }

  /** Time without a processor since the last beat, no more than `most`, ms. */
  #queuedSince(most: number): { queued?: Ns } {
    const before = this.#queuedAtBeat;
    const time = this.#queueTime();
    return before === undefined || time === undefined ? {} : { queued: toNs(Math.min(time - before, most)) };
  }

  /**
   * Behind a call that could not be interrupted nobody knows yet how much of it was a collection: that is told once the
   * loop turns. So a verdict within the block has to wait, unless what came since is most of it, or such
   * calls follow one another and it may go on for long.
   */
  #isClear(startMs: number): boolean {
    const since = this.#returnedAt;
    return since === undefined || this.#returns >= MANY_RETURNS || now() - since > since - startMs;
  }

  #ended({ startMs, endMs, stack, holder, native, samples }: Block<RequestRecord>): void {
    const { flight } = this.#kit;
    flight.openBlock = undefined;
    this.#collections.end();
    this.#returnedAt = undefined;
    this.#returns = 0;
    this.#events.over();
    const run = flight.loop.longestRun(startMs, endMs);
    if (run.end - run.start < MIN_RUN_MS || isOfMany(samples, run)) return;
    const block: BlockRecord = {
      start: toNs(run.start),
      end: toNs(run.end),
      cpu: toNs(Math.min(this.#cpuUsage() - this.#cpuAtBeat, run.end - run.start)),
      ...this.#queuedSince(run.end - run.start),
      ...hostStack(stack),
      ...(native === undefined ? {} : { native }),
      ...(holder === undefined ? {} : { owner: holder }),
    };
    flight.addBlock(block);
  }
}

/** One run is somebody's. With two seen at work in it, it was many callbacks in one turn that no probe could tell apart. */
function isOfMany(samples: readonly Sample<RequestRecord>[], run: { start: number; end: number }): boolean {
  const holders = samples.filter(({ atMs, stack }) => stack !== undefined && atMs >= run.start && atMs <= run.end);
  return new Set(holders.map(({ holder }) => holder)).size > 1;
}

/** Without the agent's own frames. */
export function hostFrames(stack: readonly Frame[]): readonly Frame[] {
  return stack.filter((frame) => !isOwnFile(frame.file)).map((frame) => ({ ...frame, file: shownFile(frame.file) }));
}

/** `{}` when nothing of the host's is on the stack. */
function hostStack(stack: readonly Frame[] = []): { stack?: readonly Frame[] } {
  const own = ownProfiler(stack);
  const frames = own === undefined ? hostFrames(stack) : [own];
  return frames.length === 0 ? {} : { stack: frames };
}

const INSPECTOR_FILE = 'node:inspector';

/** V8's profiler called by the agent itself: no code of the host's, and to be named as what it is. */
function ownProfiler(stack: readonly Frame[]): Frame | undefined {
  const caller = stack.findIndex(({ file }) => isOwnFile(file));
  const called = stack.slice(0, Math.max(0, caller)).find(({ file }) => file === INSPECTOR_FILE);
  return called === undefined ? undefined : { ...called, function: "Holdup's own closer look" };
}
