import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

/** Enough for a collection that can be measured. */
const SAMPLE = 200_000;
const LOOK_MS = 300;
/** A small heap's collection says little about a large one's. */
const MOST_GROWTH = 4;
/** Half a gigabyte: more takes long to load. */
const MOST = 2_500_000;

/** Has them loaded, and waits until they are. @returns how long a collection takes with them on a good day, ms */
async function load(service: Service, sessions: number): Promise<number> {
  service.send({ sessions });
  while ((await collect(service)).sessions < sessions) await pause(LOOK_MS);
  const times = [await collect(service), await collect(service)].map(({ ms }) => ms);
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
  title: 'A full collection of a large heap, asked for by a cron job that means well',
  stack: 'Express 5, undici request, --expose-gc',
  cause: 'gc-pressure',
  victim: 'GET /profiles/:id',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.6],
  partners: { profiles: { usualMs: 80 } },
  nodeOptions: ['--expose-gc', '--max-old-space-size=2000'],
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
    let sessions = SAMPLE;
    for (;;) {
      const ms = await load(service, sessions);
      if (ms >= holdMs || sessions === MOST) return;
      sessions = Math.min(MOST, Math.ceil(sessions * Math.min(MOST_GROWTH, (1.1 * holdMs) / ms)));
    }
  },
};
