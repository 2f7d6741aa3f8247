import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

/** Enough for several collections. */
const SAMPLE = 100_000;
/** Some 700 MB. */
const MOST = 600_000;
const TRIES = 2;

/** Has so many products in the assortment, and forecasts them. @returns milliseconds it took */
async function timeForecast({ send, url }: Service, products: number): Promise<number> {
  send({ products });
  const start = performance.now();
  const response = await fetch(`${url}/forecasts/all`, { method: 'POST' });
  await response.text();
  return performance.now() - start;
}

export const gcWindows: Declaration = {
  name: 'gc-windows',
  title: 'Millions of small arrays are built and kept: every collection copies what came since the one before',
  stack: 'Fastify 5',
  cause: 'gc-pressure',
  victim: 'POST /forecasts/:region',
  hungry: true,
  budgetMs: [300, 450],
  severity: [1.4, 1.8],
  // One helper thread: more of them would want the processors that the lab and the service itself need.
  nodeOptions: ['--max-old-space-size=3000', '--v8-pool-size=1'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /forecasts/:region', everyMs: victimEveryMs, shoot: (n) => post(`/forecasts/r${n % 5}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: () => [
    { route: 'POST /forecasts/:region', everyMs: ONCE_MS, offsetMs: 20, shoot: () => post('/forecasts/all') },
  ],
  async on({ service }, { holdMs }) {
    const times: number[] = [];
    for (let tries = 0; tries < TRIES; tries++) times.push(await timeForecast(service, SAMPLE));
    service.send({ products: Math.min(MOST, Math.ceil((SAMPLE * holdMs) / Math.min(...times))) });
  },
};
