import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const LIVE_ENTRIES = 900_000;
/** Filling the cache takes about a second on an idle machine. */
const WARM_MS = 2_500;
/** So many new entries among the old ones that the young generation is all survivors. */
const ENTRIES = 60_000;

export const gcCache: Declaration = {
  name: 'gc-cache',
  title: 'A large cache whose entries are replaced all the time: what is new survives, what is old has to be searched',
  stack: 'Fastify 5, global fetch, --max-old-space-size',
  cause: 'gc-pressure',
  victim: 'GET /names/:id',
  severity: [1.3, 2],
  partners: { names: { usualMs: 8 } },
  nodeOptions: ['--max-old-space-size=300'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /names/:id', everyMs: victimEveryMs, shoot: (n) => get(`/names/${n}`) },
    { route: 'POST /events', everyMs: neighbourEveryMs, shoot: () => post('/events?count=50') },
  ],
  faultTraffic: ({ victimEveryMs }) => [
    { route: 'POST /events', everyMs: 130, shoot: () => post(`/events?count=${ENTRIES}`) },
    { route: 'GET /names/:id', everyMs: victimEveryMs, shoot: (n) => get(`/names/${n}`) },
  ],
  async on(world) {
    world.service.send({ entries: LIVE_ENTRIES });
    await pause(WARM_MS);
  },
};
