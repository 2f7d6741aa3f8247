import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const cancelPoolWait: Declaration = {
  name: 'cancel-pool-wait',
  title: 'Callers hang up long before the budget is spent, while they wait for a busy pool',
  stack: 'Express 5, pg Pool',
  cause: 'caller-cancelled',
  victim: 'GET /feed/:user',
  elsewhere: 'GET /',
  severity: [0.6, 0.8],
  schema: ({ usualMs }) => products(50) + paced('build_digest', '', 'n int', 'SELECT 1', usualMs),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'caller-cancelled', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /feed/:user', everyMs: victimEveryMs, shoot: (n) => get(`/feed/${n % 40}`) },
    { route: 'POST /digest', everyMs: neighbourEveryMs * 2, shoot: () => post('/digest') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, budgetMs, poolSize, victimEveryMs }) => [
    { route: 'POST /digest', everyMs: holdMs * 1.3, offsetMs: 0, burst: poolSize, shoot: () => post('/digest') },
    {
      route: 'GET /feed/:user',
      everyMs: victimEveryMs,
      abortAfterMs: Math.round(budgetMs * 0.3),
      shoot: (n) => get(`/feed/${n % 40}`),
    },
  ],
  on: (world, { holdMs }) => world.database.pace('build_digest', holdMs),
};
