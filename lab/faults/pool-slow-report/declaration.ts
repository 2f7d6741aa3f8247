import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

/** Reports beyond the pool's size are queued before the victims, as when everybody opens the dashboard. */
const REPORTS_PER_CONNECTION = 1.5;

export const poolSlowReport: Declaration = {
  name: 'pool-slow-report',
  title: 'Reports whose statement went bad hold every connection of the pool',
  stack: 'Fastify 5, pg Pool',
  cause: 'db-pool-exhausted',
  victim: 'GET /products/:id',
  elsewhere: 'GET /health',
  severity: [1.3, 3],
  schema: ({ usualMs }) =>
    products(200) +
    paced('yearly_sales', 'y int', 'month int, total int', 'SELECT m, m * y FROM generate_series(1, 12) m', usualMs),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['GET /reports/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /products/:id', everyMs: victimEveryMs, shoot: (n) => get(`/products/${1 + (n % 200)}`) },
    { route: 'GET /reports/:year', everyMs: neighbourEveryMs * 3, shoot: (n) => get(`/reports/${2000 + (n % 20)}`) },
    { route: 'GET /health', everyMs: neighbourEveryMs, shoot: () => get('/health') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'GET /reports/:year',
      everyMs: holdMs,
      offsetMs: 0,
      burst: Math.ceil(poolSize * REPORTS_PER_CONNECTION),
      shoot: (n) => get(`/reports/${2000 + (n % 20)}`),
    },
  ],
  on: (world, { holdMs }) => world.database.pace('yearly_sales', holdMs),
};
