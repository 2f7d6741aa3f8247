import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

/** Rough milliseconds of one small update through knex on loopback. */
const STATEMENT_MS = 0.7;

function delivery(lines: number): readonly { product: number; qty: number }[] {
  return Array.from({ length: lines }, (_, index) => ({ product: 1 + (index % 400), qty: 1 }));
}

export const rowsKnex: Declaration = {
  name: 'rows-knex',
  title: 'A very large delivery, one update per line inside a transaction',
  stack: 'Fastify 5, knex',
  cause: 'query-per-row',
  victim: 'POST /deliveries',
  severity: [1.6, 3],
  schema: () => stock(400),
  expected: () => ({ cause: 'query-per-row', culprits: ['update "stock"', 'update stock'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'POST /deliveries',
      everyMs: victimEveryMs * 1.5,
      shoot: () => post('/deliveries', { lines: delivery(3) }),
    },
    { route: 'GET /stock/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/stock/${1 + (n % 400)}`) },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'POST /deliveries',
      // One after another: two at once would wait for each other's rows.
      everyMs: holdMs * 1.5,
      offsetMs: 0,
      shoot: () => post('/deliveries', { lines: delivery(Math.round(holdMs / STATEMENT_MS)) }),
    },
  ],
};
