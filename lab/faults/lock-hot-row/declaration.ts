import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const lockHotRow: Declaration = {
  name: 'lock-hot-row',
  title:
    'One row counts for everybody; each adds another amount, and one of them calls a slow service before it commits',
  stack: 'Express 5, pg Pool',
  cause: 'db-lock-wait',
  victim: 'POST /sales',
  elsewhere: 'GET /totals',
  severity: [1.5, 3],
  partners: { books: { usualMs: 3 } },
  schema: () => `
    CREATE TABLE totals (name text PRIMARY KEY, cents bigint NOT NULL);
    INSERT INTO totals VALUES ('turnover', 0), ('refunds', 0);`,
  expected: () => ({ cause: 'db-lock-wait', culprits: ['POST /settlements'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /sales', everyMs: victimEveryMs * 2, shoot: (n) => post('/sales', { cents: 100 + n }) },
    { route: 'GET /totals', everyMs: neighbourEveryMs, shoot: () => get('/totals') },
    {
      route: 'POST /settlements',
      everyMs: neighbourEveryMs * 4,
      shoot: (n) => post('/settlements', { cents: 50_000 + n }),
    },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'POST /settlements',
      everyMs: holdMs * 2,
      offsetMs: 0,
      shoot: (n) => post('/settlements', { cents: 90_000 + n }),
    },
  ],
  on: (world, { holdMs }) => world.partner('books').behave({ firstByteMs: holdMs }),
};
