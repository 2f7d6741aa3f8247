import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

const EXISTING = 5;

export const leakKnex: Declaration = {
  name: 'leak-knex',
  title: 'A transaction whose insert fails is neither committed nor rolled back, and keeps its connection',
  stack: 'Express 5, knex (tarn)',
  cause: 'db-connection-leak',
  victim: 'GET /products/:id',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  schema: () => products(100),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-connection-leak', culprits: ['POST /import'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /products/:id', everyMs: victimEveryMs, shoot: (n) => get(`/products/${1 + (n % 100)}`) },
    { route: 'POST /import', everyMs: neighbourEveryMs, shoot: (n) => post('/import', { id: 1_000 + n }) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ poolSize }) => [
    { route: 'POST /import', everyMs: 300 / poolSize, offsetMs: 0, shoot: () => post('/import', { id: EXISTING }) },
  ],
};
