import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const lockBackground: Declaration = {
  name: 'lock-background',
  title: 'A periodic job, which is no request, locks the table and takes its time',
  stack: 'Fastify 5, pg Pool, setTimeout',
  cause: 'db-lock-wait',
  victim: 'POST /stock/:id',
  elsewhere: 'GET /stock/:id',
  severity: [1.5, 3],
  schema: () => stock(40),
  expected: () => ({ cause: 'db-lock-wait', culprits: ['background'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    // Slow enough that a lock of some seconds does not use up the pool.
    { route: 'POST /stock/:id', everyMs: victimEveryMs * 3, shoot: (n) => post(`/stock/${1 + (n % 40)}`) },
    { route: 'GET /stock/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/stock/${1 + (n % 40)}`) },
  ],
  on: (world, { holdMs }) => world.service.send({ pauseMs: holdMs }),
};
