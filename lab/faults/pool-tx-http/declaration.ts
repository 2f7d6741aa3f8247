import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const poolTxHttp: Declaration = {
  name: 'pool-tx-http',
  title: 'Transactions keep their connections through a slow call to the ledger',
  stack: 'Express 5, pg Pool, global fetch',
  cause: 'db-pool-exhausted',
  victim: 'GET /invoices/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  partners: { ledger: {} },
  schema: () => 'CREATE TABLE invoices (id serial PRIMARY KEY, cents int NOT NULL);',
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['POST /invoices'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /invoices/:id', everyMs: victimEveryMs, shoot: (n) => get(`/invoices/${n % 50}`) },
    { route: 'POST /invoices', everyMs: neighbourEveryMs, shoot: () => post('/invoices') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    { route: 'POST /invoices', everyMs: holdMs / poolSize / 1.6, offsetMs: 0, shoot: () => post('/invoices') },
  ],
  on: (world, { holdMs }) => world.partner('ledger').behave({ firstByteMs: holdMs }),
};
