import { blockRoute } from './block.ts';
import { cpuRoute } from './cpu.ts';
import { allocsRoute, inUseRoute } from './heap.ts';
import { indexRoute } from './index-page.ts';
import { loopRoute } from './loop.ts';
import { mutexRoute } from './mutex.ts';
import type { Route } from './route.ts';
import { traceRoute } from './trace.ts';
import { wallRoute } from './wall.ts';

/** Every endpoint. A new one is its own file and one line here. */
export const ROUTES: readonly Route[] = [
  indexRoute,
  cpuRoute,
  wallRoute,
  blockRoute,
  mutexRoute,
  inUseRoute,
  allocsRoute,
  traceRoute,
  loopRoute,
];
