import { blockRoute } from './block.ts';
import { cpuRoute } from './cpu.ts';
import { goroutineRoute } from './goroutine.ts';
import { allocsRoute, inUseRoute } from './heap.ts';
import { inFlightRoute } from './in-flight.ts';
import { indexRoute } from './index-page.ts';
import { loopRoute } from './loop.ts';
import { metricsRoute } from './metrics.ts';
import { mutexRoute } from './mutex.ts';
import { poolsRoute } from './pools.ts';
import type { Route } from './route.ts';
import { timeoutsRoute } from './timeouts.ts';
import { traceRoute } from './trace.ts';
import { verdictsRoute } from './verdicts.ts';
import { wallRoute } from './wall.ts';

/** Every endpoint. A new one is its own file and one line here. */
export const ROUTES: readonly Route[] = [
  indexRoute,
  goroutineRoute,
  cpuRoute,
  wallRoute,
  blockRoute,
  mutexRoute,
  inUseRoute,
  allocsRoute,
  traceRoute,
  inFlightRoute,
  poolsRoute,
  timeoutsRoute,
  loopRoute,
  verdictsRoute,
  metricsRoute,
];
