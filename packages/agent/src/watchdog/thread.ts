import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { DebugAddress } from '../debug/address.ts';
import { MainAsleep } from './main-asleep.ts';
import { MainThread, type ToldAnswer } from './main-thread.ts';
import { SampleSchedule } from './schedule.ts';
import { Shared } from './shared.ts';
import { BLOCKED_AFTER_MS, LATE_MS, TICK_MS } from './timing.ts';

/** How the main thread starts this file; everything else is not for us. */
export interface ThreadData {
  readonly holdupWatchdog: true;
  readonly buffer: SharedArrayBuffer;
  readonly hook: string;
  /** Where to serve the debug endpoints once the process is a server; absent: nowhere. */
  readonly debug: DebugAddress | undefined;
}

/** Within a block: so soon the thread notices that it ended, or that the process wants to exit. */
const POLL_MS = 10;

/** What a sample costs the main thread beside the hook itself: connecting, evaluating twice. Measured: 0.2 to 0.5. */
const SAMPLE_OVERHEAD_MS = 0.5;

/** Charged for a sample that did not say what it spent. */
const UNKNOWN_COST_MS = 5;

const NS_PER_MS = 1e6;

/** Something that needs this thread's event loop, from some time on. */
interface Guest {
  /** Looked at now and then: whether it does. */
  readonly isAwake: boolean;
  close(): void;
}

function silenceOf(beat: bigint): number {
  return Number(process.hrtime.bigint() - beat) / NS_PER_MS;
}

/** Wakes up when the main thread would be late, which is 12 to 16 times a second as long as it is not. */
function watch(shared: Shared, main: MainThread, guest: Guest): void {
  const schedule = new SampleSchedule(performance.now());
  const asleep = new MainAsleep();
  let blockedSince: bigint | undefined;
  let wakeAt = performance.now();

  /** While all is well there is nothing for the event loop to do, and waking up without it costs less than half. */
  const sleepWhileInTime = (): void => {
    while (!shared.ending && !shared.ticking && !main.connected && !guest.isAwake) {
      const left = BLOCKED_AFTER_MS - silenceOf(shared.beat);
      if (left <= 0) return;
      wakeAt = performance.now() + left;
      shared.sleep(left);
    }
  };

  const sample = (beat: bigint): void => {
    main.ask('sample', [], beat, (_error, spentMs) => {
      schedule.spend((typeof spentMs === 'number' ? spentMs : UNKNOWN_COST_MS) + SAMPLE_OVERHEAD_MS);
    });
  };

  const check = (): void => {
    sleepWhileInTime();
    if (shared.ending) {
      main.disconnect();
      guest.close();
      return;
    }
    const beat = shared.beat;
    const now = performance.now();
    const silentMs = silenceOf(beat);
    let next = POLL_MS;
    // With a session open an exit waits for this thread.
    if (silentMs < BLOCKED_AFTER_MS && !main.connected) next = BLOCKED_AFTER_MS - silentMs;
    if (silentMs >= BLOCKED_AFTER_MS) {
      const isNew = blockedSince !== beat;
      if (isNew) schedule.startBlock();
      blockedSince = beat;
      // When this thread was late itself, the whole process was stopped or starved: the main thread may beat first.
      const isDoubtful = isNew && now - wakeAt > LATE_MS;
      const isPossible = !isDoubtful && !shared.inspectorOpen && !main.busy;
      if (isPossible && schedule.isDue(silentMs, now)) {
        schedule.take(silentMs);
        sample(beat);
      }
    }
    const ticks = shared.ticking && !shared.inspectorOpen;
    main.keep(ticks);
    if (!ticks) asleep.close();
    else {
      // Not sooner, though a session is open.
      next = TICK_MS;
      if (!main.busy && !asleep.now()) main.ask('tick', [], beat, () => {});
    }
    wakeAt = now + next;
    setTimeout(check, next);
  };
  check();
}

/**
 * The host's own servers get their ports first, also those it opens right after its first one: a port of ours must never be
 * the reason why one of the host's cannot be opened.
 */
const AFTER_HOST_MS = 250;

/** Opens the debug endpoints when the process turns out to be a server: what is not needs none, and its ports stay free. */
class DebugGuest implements Guest {
  readonly #shared: Shared;
  readonly #open: (() => Promise<{ close(): void }>) | undefined;
  #port: Promise<{ close(): void }> | undefined;

  constructor(shared: Shared, open: (() => Promise<{ close(): void }>) | undefined) {
    this.#shared = shared;
    this.#open = open;
  }

  get isAwake(): boolean {
    if (this.#open === undefined || !this.#shared.serving) return false;
    this.#port ??= this.#openLater(this.#open);
    return true;
  }

  close(): void {
    this.#port?.then((port) => port.close());
  }

  async #openLater(open: () => Promise<{ close(): void }>): Promise<{ close(): void }> {
    await new Promise((resolve) => setTimeout(resolve, AFTER_HOST_MS));
    return open();
  }
}

if (!isMainThread && workerData?.holdupWatchdog === true) {
  const { buffer, hook, debug }: ThreadData = workerData;
  const shared = new Shared(buffer);
  const main = new MainThread(shared, hook);
  const openDebug = async (address: DebugAddress) => {
    const { DebugPort } = await import('../debug/listen.ts');
    const port = new DebugPort(address, shared, main, (news) => parentPort?.postMessage(news));
    if (!shared.ending) port.open();
    return port;
  };
  // Not a reason to stay.
  parentPort?.on('message', (answer: ToldAnswer) => main.told(answer)).unref();
  watch(shared, main, new DebugGuest(shared, debug && (() => openDebug(debug))));
}
