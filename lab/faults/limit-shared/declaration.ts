import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get, post } from '../../src/shots.ts';

function calls({ dice }: Plan): number {
  return 2 + Math.floor(dice[0] * 3);
}

export const limitShared: Declaration = {
  name: 'limit-shared',
  title: 'One limiter for all: the slow calls of one route take its places',
  stack: 'Fastify 5, p-limit, global fetch',
  cause: 'lock-contention',
  victim: 'GET /stores/:id',
  elsewhere: 'GET /',
  severity: [1.5, 3],
  partners: { geo: {} },
  env: (plan) => ({ GEO_CALLS: String(calls(plan)) }),
  expected: () => ({ cause: 'lock-contention', culprits: ['POST /routes'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /stores/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => get(`/stores/${n}`) },
    { route: 'POST /routes', everyMs: neighbourEveryMs * 4, shoot: () => post('/routes') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => [
    { route: 'POST /routes', everyMs: holdMs, offsetMs: 0, steady: true, shoot: () => post('/routes') },
  ],
  on: (world, { holdMs }) => world.partner('geo').behave({ firstByteMs: holdMs }, /^\/legs/),
};
