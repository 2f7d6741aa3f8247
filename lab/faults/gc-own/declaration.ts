import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

/** Some 60 MB: a collection of them takes tens of milliseconds anywhere. */
const PIXELS = 600_000;
const LOOK_MS = 300;
const MEASURED = 3;

/** Has them loaded, and waits until they are. @returns how long a collection takes with them on a good day, ms */
async function load(service: Service): Promise<number> {
  service.send({ pixels: PIXELS });
  while ((await collect(service)).pixels < PIXELS) await pause(LOOK_MS);
  const times: number[] = [];
  for (let tries = 0; tries < MEASURED; tries++) times.push((await collect(service)).ms);
  return Math.min(...times);
}

async function collect(service: Service): Promise<{ ms: number; pixels: number }> {
  const start = performance.now();
  const response = await fetch(`${service.url}/convert/print`, { method: 'POST' });
  const ms = performance.now() - start;
  return { ms, pixels: ((await response.json()) as { pixels: number }).pixels };
}

export const gcOwn: Declaration = {
  name: 'gc-own',
  title: 'The route collects garbage itself after every page it prints, in a large heap',
  stack: 'Hono, --expose-gc',
  cause: 'gc-pressure',
  victim: 'POST /convert/:format',
  hungry: true,
  budgetMs: [300, 450],
  severity: [1.3, 1.6],
  // One helper thread: more of them would want the processors that the lab and the service itself need.
  nodeOptions: ['--expose-gc', '--v8-pool-size=1'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ neighbourEveryMs }) => [
    { route: 'POST /convert/:format', everyMs: 150, shoot: () => post('/convert/print') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: () => [
    { route: 'POST /convert/:format', everyMs: ONCE_MS, offsetMs: 20, shoot: () => post('/convert/print') },
  ],
  async on({ service }, { holdMs }) {
    const ms = await load(service);
    service.send({ pages: Math.ceil(holdMs / ms) });
  },
};
