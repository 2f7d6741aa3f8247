import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const queryRedis: Declaration = {
  name: 'query-redis',
  title: 'A Redis that stands still for a while, as during a failover',
  stack: 'Fastify 5, ioredis',
  cause: 'db-query-slow',
  victim: 'GET /carts/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.5, 3],
  otherServer: { kind: 'redis', statements: [] },
  expected: (_, world) => ({ cause: 'db-query-slow', culprits: ['GET', world.otherServer.name] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /carts/:id', everyMs: victimEveryMs, shoot: (n) => get(`/carts/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.otherServer.tell(`CLIENT PAUSE ${holdMs} ALL`),
};
