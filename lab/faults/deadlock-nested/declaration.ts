import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const deadlockNested: Declaration = {
  name: 'deadlock-nested',
  title: 'Many orders at once, each asking the pool for a second connection inside its transaction',
  stack: 'Fastify 5, pg Pool',
  cause: 'db-pool-self-deadlock',
  victim: 'GET /orders/count',
  crowded: true,
  severity: [1.3, 3],
  schema: () => 'CREATE SEQUENCE order_numbers; CREATE TABLE orders (number int PRIMARY KEY);',
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-self-deadlock', culprits: ['POST /orders'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /orders/count', everyMs: victimEveryMs, shoot: () => get('/orders/count') },
    { route: 'POST /orders', everyMs: neighbourEveryMs, shoot: () => post('/orders') },
  ],
  faultTraffic: ({ poolSize }) => [
    { route: 'POST /orders', everyMs: 4_000, offsetMs: 0, burst: poolSize * 2, shoot: () => post('/orders') },
  ],
};
