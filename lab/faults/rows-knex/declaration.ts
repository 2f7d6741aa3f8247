import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

/**
 * Milliseconds of one small update through knex on loopback, where it is fast: the second delivery takes half of what the
 * first one does. Where it is slow, they are the later for it.
 */
const STATEMENT_MS = 0.35;

/** Those that overlap in time touch different rows: this is not about locks. */
const GROUPS = 4;
const GROUP = 400;

function delivery(lines: number, count: number): readonly { product: number; qty: number }[] {
  const first = 1 + (count % GROUPS) * GROUP;
  return Array.from({ length: lines }, (_, index) => ({ product: first + (index % GROUP), qty: 1 }));
}

export const rowsKnex: Declaration = {
  name: 'rows-knex',
  title: 'A very large delivery, one update per line inside a transaction',
  stack: 'Fastify 5, knex',
  cause: 'query-per-row',
  victim: 'POST /deliveries',
  hungry: true,
  budgetMs: [300, 600],
  severity: [1.6, 2],
  schema: () => stock(GROUPS * GROUP),
  expected: () => ({ cause: 'query-per-row', culprits: ['update "stock"', 'update stock'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'POST /deliveries',
      everyMs: victimEveryMs * 1.5,
      shoot: (n) => post('/deliveries', { lines: delivery(3, n) }),
    },
    { route: 'GET /stock/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/stock/${1 + (n % 400)}`) },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'POST /deliveries',
      everyMs: Math.max(700, holdMs * 1.5),
      offsetMs: 0,
      steady: true,
      shoot: (n) => post('/deliveries', { lines: delivery(Math.round(holdMs / STATEMENT_MS), n) }),
    },
  ],
};
