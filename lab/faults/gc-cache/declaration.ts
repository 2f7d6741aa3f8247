import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const LIVE_ENTRIES = 900_000;

export const gcCache: Declaration = {
  name: 'gc-cache',
  title: 'A cache near the heap limit: every few megabytes more bring another full collection',
  stack: 'Fastify 5, global fetch, --max-old-space-size',
  cause: 'gc-pressure',
  victim: 'GET /names/:id',
  severity: [1.3, 2],
  partners: { names: { usualMs: 30 } },
  nodeOptions: ['--max-old-space-size=330'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /names/:id', everyMs: victimEveryMs, shoot: (n) => get(`/names/${n}`) },
    { route: 'POST /events', everyMs: neighbourEveryMs, shoot: () => post('/events') },
  ],
  faultTraffic: ({ victimEveryMs }) => [
    { route: 'POST /events', everyMs: 60, shoot: () => post('/events') },
    { route: 'GET /names/:id', everyMs: victimEveryMs, burst: 2, shoot: (n) => get(`/names/${n}`) },
  ],
  on: (world) => world.service.send({ entriesPerCall: 60_000, limit: LIVE_ENTRIES }),
};
