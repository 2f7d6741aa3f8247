import {
  constants,
  type PerformanceEntry,
  PerformanceObserver,
  type PerformanceObserverEntryList,
} from 'node:perf_hooks';
import type { GcPause } from '@holdup/model';
import { toNs } from '../clock.ts';
import type { Probe } from './probe.ts';

/** Shorter pauses are the ordinary scavenges; a thousand of them would be seen as busy loop anyway. Milliseconds. */
const MIN_PAUSE_MS = 0.5;

const KINDS: Readonly<Record<number, GcPause['kind']>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak-callbacks',
};

/** Collection pauses of this thread's heap. */
export const gcProbe: Probe = {
  name: 'gc',
  sources: ['gc'],
  install(kit) {
    const observer = new PerformanceObserver(
      kit.guard((list: PerformanceObserverEntryList) => {
        for (const entry of list.getEntries()) {
          const { startTime, duration, detail } = entry as PerformanceEntry & { readonly detail?: { kind?: number } };
          if (duration < MIN_PAUSE_MS) continue;
          const kind = KINDS[detail?.kind ?? -1] ?? 'major';
          kit.flight.addGc({ start: toNs(startTime), end: toNs(startTime + duration), kind });
        }
      }),
    );
    observer.observe({ entryTypes: ['gc'] });
    return () => observer.disconnect();
  },
};
