import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

/** Some 150 MB: a collection of them takes tens of milliseconds anywhere. */
const SESSIONS = 600_000;
const LOOK_MS = 300;
const MEASURED = 3;

/** Has them loaded, and waits until they are. @returns how long a collection takes with them on a good day, ms */
async function load(service: Service): Promise<number> {
  service.send({ sessions: SESSIONS });
  while ((await collect(service)).sessions < SESSIONS) await pause(LOOK_MS);
  const times: number[] = [];
  for (let tries = 0; tries < MEASURED; tries++) times.push((await collect(service)).ms);
  return Math.min(...times);
}

async function collect(service: Service): Promise<{ ms: number; sessions: number }> {
  const start = performance.now();
  const response = await fetch(`${service.url}/admin/trim`, { method: 'POST' });
  const ms = performance.now() - start;
  return { ms, sessions: ((await response.json()) as { sessions: number }).sessions };
}

export const gcForced: Declaration = {
  name: 'gc-forced',
  title: 'Full collections of a large heap, asked for by a cron job that means well',
  stack: 'Express 5, undici request, --expose-gc',
  cause: 'gc-pressure',
  victim: 'GET /profiles/:id',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.6],
  partners: { profiles: { usualMs: 80 } },
  // One helper thread: more of them would want the processors that the lab and the service itself need.
  nodeOptions: ['--expose-gc', '--v8-pool-size=1'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ victimEveryMs }) => [
    { route: 'GET /profiles/:id', everyMs: victimEveryMs, shoot: (n) => get(`/profiles/${n}`) },
  ],
  faultTraffic: () => [
    {
      route: 'GET /profiles/:id',
      everyMs: ONCE_MS,
      offsetMs: 100,
      burst: 5,
      shoot: (n) => get(`/profiles/${n}`),
    },
    { route: 'POST /admin/trim', everyMs: ONCE_MS, offsetMs: 140, shoot: () => post('/admin/trim') },
  ],
  async on({ service }, { holdMs }) {
    const ms = await load(service);
    service.send({ passes: Math.ceil(holdMs / ms) });
  },
};
