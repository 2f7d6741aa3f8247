import { makeHeapProfile } from '../profiling/heap-profile.ts';
import { mainThreadOf } from '../profiling/main-thread.ts';
import { SourceMaps } from '../profiling/source-maps.ts';
import { HEAP_INTERVAL_BYTES, takeHeap } from '../profiling/take.ts';
import { commentsOf, pprofAnswer, profileAnswer, readSeconds, sleepFor } from './profiles.ts';
import type { Route } from './route.ts';

const STANDARD_SECONDS = 10;

/** V8 samples allocations from when it is told to: what was allocated before is not in the profile, which says so. */
function heapRoute(path: string, title: string, kind: 'inuse' | 'alloc'): Route {
  return {
    path,
    title,
    async handle(query, site) {
      const seconds = readSeconds(query, STANDARD_SECONDS);
      const what = kind === 'inuse' ? 'heap profile' : 'allocation profile';
      return profileAnswer(site, `${what}, ${seconds} s`, async () => {
        const startedAt = Date.now();
        const v8 = await site.withSession((session) => {
          return takeHeap(mainThreadOf(site, session), seconds * 1_000, kind === 'alloc', sleepFor(site));
        });
        const comments = [
          ...commentsOf(what, seconds, false),
          `only what was allocated in these ${seconds} s: V8 samples from when it is asked`,
        ];
        const facts = { kind, interval: HEAP_INTERVAL_BYTES, startedAt, endedAt: Date.now(), comments };
        return pprofAnswer(makeHeapProfile(v8, facts, new SourceMaps()), kind === 'inuse' ? 'heap' : 'allocs');
      });
    },
  };
}

export const inUseRoute = heapRoute('/debug/pprof/heap', 'what was allocated and still lives (?seconds=10)', 'inuse');

export const allocsRoute = heapRoute('/debug/pprof/allocs', 'all that was allocated (?seconds=10)', 'alloc');
