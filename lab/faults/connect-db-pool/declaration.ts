import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const connectDbPool: Declaration = {
  name: 'connect-db-pool',
  title: 'A pool that closes idle connections soon, and a database that takes its time to let new ones in',
  stack: 'Express 5, pg Pool',
  cause: 'db-connect-slow',
  victim: 'GET /orders/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 2.5],
  schema: () => products(50),
  door: true,
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize * 2) }),
  expected: (_, world) => ({ cause: 'db-connect-slow', culprits: [world.door.name] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /orders/:id', everyMs: victimEveryMs * 4, shoot: (n) => get(`/orders/${n % 50}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.door.hesitate(holdMs),
};
