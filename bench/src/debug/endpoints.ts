/** An endpoint and how long it was asked to watch before it answers. */
export interface Endpoint {
  readonly path: string;
  readonly watchMs: number;
}

/** Seconds; what is over it is the endpoint's own. */
const WATCH_SECONDS = 1;

const AT_ONCE = [
  '/debug/pprof/',
  '/debug/pprof/goroutine',
  '/debug/pprof/goroutine?debug=1',
  '/debug/pprof/goroutine?debug=2',
  '/debug/holdup/inflight?format=text',
  '/debug/holdup/inflight?format=json',
  '/debug/holdup/pools?format=text',
  '/debug/holdup/timeouts?format=text',
  '/debug/holdup/loop?format=text',
  '/debug/holdup/verdicts?format=text',
  '/debug/holdup/metrics',
];

const AFTER_A_WHILE = ['profile', 'wall', 'block', 'mutex', 'heap', 'allocs', 'trace'];

/** Snapshots: many are asked of each. */
export const SNAPSHOTS: readonly Endpoint[] = AT_ONCE.map((path) => ({ path, watchMs: 0 }));

/** They watch for a second first: fewer. */
export const WINDOWS: readonly Endpoint[] = AFTER_A_WHILE.map((name) => {
  return { path: `/debug/pprof/${name}?seconds=${WATCH_SECONDS}`, watchMs: WATCH_SECONDS * 1_000 };
});
