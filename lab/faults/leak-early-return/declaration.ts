import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const leakEarlyReturn: Declaration = {
  name: 'leak-early-return',
  title: 'Orders that do not exist: that way out forgets to give the connection back',
  stack: 'Hono, pg Pool',
  cause: 'db-connection-leak',
  victim: 'GET /titles',
  elsewhere: 'GET /ping',
  severity: [1.3, 3],
  schema: () => products(100),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-connection-leak', culprits: ['GET /orders/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /titles', everyMs: victimEveryMs, shoot: () => get('/titles') },
    { route: 'GET /orders/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/orders/${1 + (n % 100)}`) },
    { route: 'GET /ping', everyMs: neighbourEveryMs, shoot: () => get('/ping') },
  ],
  faultTraffic: ({ poolSize }) => [
    { route: 'GET /orders/:id', everyMs: 400 / poolSize, offsetMs: 0, shoot: (n) => get(`/orders/${9_000 + n}`) },
  ],
};
