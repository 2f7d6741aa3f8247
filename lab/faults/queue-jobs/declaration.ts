import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const queueJobs: Declaration = {
  name: 'queue-jobs',
  title: 'A periodic job, which is no request, takes its turn in the queue of writers and does not hurry',
  stack: 'Koa 3, p-queue, pg Pool',
  cause: 'lock-contention',
  victim: 'POST /entries/:id',
  elsewhere: 'GET /entries/:id',
  scales: true,
  severity: [1.4, 3],
  schema: () => products(50),
  expected: () => ({ cause: 'lock-contention', culprits: ['background'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /entries/:id', everyMs: victimEveryMs * 2, shoot: (n) => post(`/entries/${1 + (n % 50)}`) },
    { route: 'GET /entries/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/entries/${1 + (n % 50)}`) },
  ],
  on: (world, { holdMs }) => world.service.send({ rebuildMs: holdMs }),
};
