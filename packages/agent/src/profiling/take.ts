import type { DeepRows } from '../deep/rows.ts';
import { TICK_MS } from '../watchdog/timing.ts';
import type { V8CpuProfile, V8HeapProfile } from './v8-types.ts';
import { WindowData } from './window-data.ts';

/** The main thread, as the watchdog's thread reaches it: answers while the event loop is blocked in JavaScript. */
export interface MainThread {
  /** A command of V8's inspector. */
  post(method: string, params?: object): Promise<unknown>;
  /** What the agent offers there by name, see `deep-switch.ts`. */
  evaluate(name: string, args: readonly unknown[]): Promise<unknown>;
  /** The same, however long a native call holds the main thread: what was sent before it is done then, too, and is to be undone. */
  evaluateAtLast(name: string): Promise<unknown>;
}

/** Ten milliseconds: a hundredth of a core for a look, and a second shows what takes a fiftieth of it. */
export const CPU_INTERVAL_US = 10_000;

/** Average bytes between two looks at the heap: V8's own default for production, as cheap as none. */
export const HEAP_INTERVAL_BYTES = 32_768;

/** What the main thread keeps between two drains is small: so often it is emptied. */
const DRAIN_MS = 500;

export interface WindowOptions {
  readonly ms: number;
  /** Also V8's CPU profiler. */
  readonly cpu: boolean;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface TakenWindow {
  readonly data: WindowData;
  readonly v8: V8CpuProfile;
}

const NO_SAMPLES: V8CpuProfile = { nodes: [], startTime: 0, endTime: 0 };

/** Watches the main thread for so long. Whatever happens, nothing is left switched on there. */
export async function takeWindow(main: MainThread, { ms, cpu, sleep }: WindowOptions): Promise<TakenWindow> {
  try {
    if (cpu) {
      // Before it is enabled: from then on a `console.profile` of the main thread, as the closer look uses, starts this
      // session's profiler too, and V8 refuses another interval to one that runs.
      await main.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
      await main.post('Profiler.enable');
      await main.post('Profiler.start');
    }
    const data = new WindowData((await main.evaluate('deepStart', [])) as DeepRows);
    // From here on: on a busy machine what comes before takes half a second.
    const until = performance.now() + ms;
    let drainAt = performance.now() + DRAIN_MS;
    for (let left = ms; left > 0; left = until - performance.now()) {
      await sleep(Math.min(left, cpu ? TICK_MS : DRAIN_MS));
      if (cpu) await main.evaluate('deepTick', []);
      if (performance.now() < drainAt) continue;
      data.add((await main.evaluate('deepDrain', [false])) as DeepRows);
      drainAt = performance.now() + DRAIN_MS;
    }
    const v8 = cpu ? ((await main.post('Profiler.stop')) as { profile: V8CpuProfile }).profile : NO_SAMPLES;
    data.add((await main.evaluate('deepDrain', [true])) as DeepRows);
    return { data, v8 };
  } finally {
    await Promise.allSettled([main.evaluateAtLast('deepStop'), ...(cpu ? [main.post('Profiler.disable')] : [])]);
  }
}

/** @param all also what was collected meanwhile */
export async function takeHeap(
  main: MainThread,
  ms: number,
  all: boolean,
  sleep: (ms: number) => Promise<void>,
): Promise<V8HeapProfile> {
  try {
    await main.post('HeapProfiler.enable');
    await main.post('HeapProfiler.startSampling', {
      samplingInterval: HEAP_INTERVAL_BYTES,
      includeObjectsCollectedByMajorGC: all,
      includeObjectsCollectedByMinorGC: all,
    });
    await sleep(ms);
    return ((await main.post('HeapProfiler.getSamplingProfile')) as { profile: V8HeapProfile }).profile;
  } finally {
    await Promise.allSettled([main.post('HeapProfiler.stopSampling'), main.post('HeapProfiler.disable')]);
  }
}
