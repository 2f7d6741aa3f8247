import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const queryPlan: Declaration = {
  name: 'query-plan',
  title: "The plan of the route's own statement went bad",
  stack: 'Koa, pg Pool',
  cause: 'db-query-slow',
  victim: 'GET /reports/sales/:id',
  elsewhere: 'GET /regions',
  scales: true,
  severity: [1.3, 4],
  schema: ({ usualMs }) =>
    products(20) + paced('sales_by_region', 'y int', 'region int, total int', 'SELECT 1, y', usualMs),
  expected: () => ({ cause: 'db-query-slow', culprits: ['sales_by_region'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs, budgetMs }) => [
    {
      route: 'GET /reports/sales/:id',
      // Never more at once than the pool has connections, however slow they get.
      everyMs: Math.max(victimEveryMs, budgetMs / 6),
      shoot: (n) => get(`/reports/sales/${2000 + (n % 20)}`),
    },
    { route: 'GET /regions', everyMs: neighbourEveryMs, shoot: () => get('/regions') },
  ],
  on: (world, { holdMs }) => world.database.pace('sales_by_region', holdMs),
};
