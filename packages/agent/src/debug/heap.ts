import { makeHeapProfile } from '../profiling/heap-profile.ts';
import { mainThreadOf } from '../profiling/main-thread.ts';
import { SourceMaps } from '../profiling/source-maps.ts';
import { HEAP_INTERVAL_BYTES, takeHeap } from '../profiling/take.ts';
import { commentsOf, pprofAnswer, profileAnswer, readSeconds, refuseText, sleepFor } from './profiles.ts';
import type { Route } from './route.ts';

const STANDARD_SECONDS = 10;

const HOW_COUNTED = [
  `bytes are estimates: V8 looks at one allocation in ${HEAP_INTERVAL_BYTES / 1024} KiB on average and scales it up by how seldom its size is seen, so a line of few samples says little`,
  'object counts are worked out from them: V8 tells the bytes a sample stands for, size times count, and not the two; taken is the smallest size that gives this product, so counts of small objects may be too high, and where none gives it the count is 1',
];

/** V8 samples allocations from when it is told to: what was allocated before is not in the profile, which says so. */
function heapRoute(path: string, title: string, kind: 'inuse' | 'alloc'): Route {
  return {
    path,
    title,
    async handle(query, site) {
      const seconds = readSeconds(query, STANDARD_SECONDS);
      refuseText(query, path);
      const what = kind === 'inuse' ? 'heap profile' : 'allocation profile';
      return profileAnswer(site, `${what}, ${seconds} s`, async (onStuck) => {
        const startedAt = Date.now();
        const v8 = await site.withSession((session) => {
          return takeHeap(mainThreadOf(site, session, onStuck), seconds * 1_000, kind === 'alloc', sleepFor(site));
        });
        const comments = [
          ...commentsOf(what, seconds, false),
          ...HOW_COUNTED,
          `only what was allocated in these ${seconds} s: V8 samples from when it is asked`,
        ];
        const facts = { kind, interval: HEAP_INTERVAL_BYTES, startedAt, endedAt: Date.now(), comments };
        const maps = new SourceMaps();
        return pprofAnswer(makeHeapProfile(v8, facts, maps), kind === 'inuse' ? 'heap' : 'allocs', maps);
      });
    },
  };
}

export const inUseRoute = heapRoute('/debug/pprof/heap', 'what was allocated and still lives (?seconds=10)', 'inuse');

export const allocsRoute = heapRoute('/debug/pprof/allocs', 'all that was allocated (?seconds=10)', 'alloc');
