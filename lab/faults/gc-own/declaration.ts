import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

const SAMPLE = 200_000;
const MOST = 3_000_000;
const MOST_GROWTH = 4;
const LOOK_MS = 300;

/** Has them loaded, and waits until they are. @returns how long a collection takes with them on a good day, ms */
async function load(service: Service, pixels: number): Promise<number> {
  service.send({ pixels });
  while ((await collect(service)).pixels < pixels) await pause(LOOK_MS);
  const times = [await collect(service), await collect(service)].map(({ ms }) => ms);
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
  title: 'The route collects garbage itself after every conversion, in a large heap',
  stack: 'Hono, --expose-gc',
  cause: 'gc-pressure',
  victim: 'POST /convert/:format',
  hungry: true,
  budgetMs: [300, 450],
  severity: [1.3, 1.6],
  nodeOptions: ['--expose-gc', '--max-old-space-size=2000'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ neighbourEveryMs }) => [
    { route: 'POST /convert/:format', everyMs: 150, shoot: () => post('/convert/print') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: () => [
    { route: 'POST /convert/:format', everyMs: ONCE_MS, offsetMs: 20, shoot: () => post('/convert/print') },
  ],
  async on({ service }, { holdMs }) {
    let pixels = SAMPLE;
    for (;;) {
      const ms = await load(service, pixels);
      if (ms >= holdMs || pixels === MOST) return;
      pixels = Math.min(MOST, Math.ceil(pixels * Math.min(MOST_GROWTH, (1.1 * holdMs) / ms)));
    }
  },
};
