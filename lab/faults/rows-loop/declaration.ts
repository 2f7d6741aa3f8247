import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';
import type { World } from '../../src/world.ts';

const LONG_LIST = 1;
const MEASURED = 60;
/** The framework's and the pool's part of a statement, next to the driver's. */
const OVERHEAD = 1.2;

/** What one small statement takes on this machine, ms. */
async function statementMs({ database }: World): Promise<number> {
  const start = performance.now();
  for (let id = 0; id < MEASURED; id++) await database.sql(`SELECT title, cents FROM products WHERE id = ${id}`);
  return (OVERHEAD * (performance.now() - start)) / MEASURED;
}

export const rowsLoop: Declaration = {
  name: 'rows-loop',
  title: 'A very long wish list, one statement per row',
  stack: 'Express 5, pg Pool',
  cause: 'query-per-row',
  victim: 'GET /lists/:id',
  elsewhere: 'GET /products/:id',
  hungry: true,
  budgetMs: [300, 600],
  severity: [1.6, 2.4],
  schema: () => `${products(300)}
    CREATE TABLE wishes (list_id int, product_id int);
    INSERT INTO wishes SELECT 2 + n / 4, 1 + n % 300 FROM generate_series(1, 200) n;
    CREATE INDEX ON wishes (list_id);`,
  expected: () => ({ cause: 'query-per-row', culprits: ['FROM products WHERE id'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /lists/:id', everyMs: victimEveryMs, shoot: (n) => get(`/lists/${3 + (n % 40)}`) },
    { route: 'GET /products/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/products/${n % 300}`) },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'GET /lists/:id',
      everyMs: Math.max(700, holdMs * 1.5),
      offsetMs: 0,
      shoot: () => get(`/lists/${LONG_LIST}`),
    },
  ],
  async on(world, { holdMs }) {
    const rows = Math.round(holdMs / (await statementMs(world)));
    await world.database.sql(`INSERT INTO wishes SELECT ${LONG_LIST}, 1 + n % 300 FROM generate_series(1, ${rows}) n`);
  },
};
