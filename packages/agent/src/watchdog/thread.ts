import { isMainThread, workerData } from 'node:worker_threads';
import { MainThreadSampler } from './sampler.ts';
import { SampleSchedule } from './schedule.ts';
import { Shared } from './shared.ts';
import { BLOCKED_AFTER_MS, LATE_MS } from './timing.ts';

/** How the main thread starts this file; everything else is not for us. */
export interface ThreadData {
  readonly holdupWatchdog: true;
  readonly buffer: SharedArrayBuffer;
  readonly hook: string;
}

/** Within a block: so soon the thread notices that it ended, or that the process wants to exit. */
const POLL_MS = 10;

/** What a sample costs the main thread beside the hook itself: connecting, evaluating twice. Measured: 0.2 to 0.5. */
const SAMPLE_OVERHEAD_MS = 0.5;

const NS_PER_MS = 1e6;

function silenceOf(beat: bigint): number {
  return Number(process.hrtime.bigint() - beat) / NS_PER_MS;
}

/** Wakes up when the main thread would be late, which is 12 to 16 times a second as long as it is not. */
function watch(shared: Shared, sampler: MainThreadSampler): void {
  const schedule = new SampleSchedule(performance.now());
  let blockedSince: bigint | undefined;
  let wakeAt = performance.now();

  /** While all is well there is nothing for the event loop to do, and waking up without it costs less than half. */
  const sleepWhileInTime = (): void => {
    if (sampler.busy) return;
    while (!shared.ending) {
      const left = BLOCKED_AFTER_MS - silenceOf(shared.beat);
      if (left <= 0) return;
      wakeAt = performance.now() + left;
      shared.sleep(left);
    }
  };

  const check = (): void => {
    sleepWhileInTime();
    if (shared.ending) {
      sampler.disconnect();
      return;
    }
    const beat = shared.beat;
    const now = performance.now();
    const silentMs = silenceOf(beat);
    let next = POLL_MS;
    if (silentMs < BLOCKED_AFTER_MS) next = BLOCKED_AFTER_MS - silentMs;
    else {
      const isNew = blockedSince !== beat;
      if (isNew) schedule.startBlock();
      blockedSince = beat;
      // When this thread was late itself, the whole process was stopped or starved: the main thread may beat first.
      const isDoubtful = isNew && now - wakeAt > LATE_MS;
      const isPossible = !isDoubtful && !shared.inspectorOpen && !sampler.busy;
      if (isPossible && schedule.isDue(silentMs, now)) {
        schedule.take(silentMs);
        sampler.sample(beat, (spentMs) => schedule.spend(spentMs + SAMPLE_OVERHEAD_MS));
      }
    }
    wakeAt = now + next;
    setTimeout(check, next);
  };
  check();
}

if (!isMainThread && workerData?.holdupWatchdog === true) {
  const { buffer, hook }: ThreadData = workerData;
  const shared = new Shared(buffer);
  watch(shared, new MainThreadSampler(shared, hook));
}
