import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const upstreamFreshSocket: Declaration = {
  name: 'upstream-fresh-socket',
  title: 'Shipping takes long to answer one kind of request; every call opens a socket',
  stack: 'Fastify 5, axios without keep-alive',
  cause: 'upstream-slow',
  victim: 'POST /parcels',
  elsewhere: 'GET /parcels/:id',
  scales: true,
  severity: [1.3, 4],
  partners: { shipping: {} },
  expected: (_, world) => ({ cause: 'upstream-slow', culprits: [world.partner('shipping').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /parcels', everyMs: victimEveryMs, shoot: (n) => post('/parcels', { weight: n % 30 }) },
    { route: 'GET /parcels/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/parcels/${n}`) },
    { route: 'GET /carriers', everyMs: neighbourEveryMs, shoot: () => get('/carriers') },
  ],
  on: (world, { holdMs }) => world.partner('shipping').behave({ firstByteMs: holdMs }, /^\/parcels$/),
};
