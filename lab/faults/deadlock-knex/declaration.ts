import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const deadlockKnex: Declaration = {
  name: 'deadlock-knex',
  title: 'Many transactions at once, each of which writes its audit line past itself',
  stack: 'Koa 3, knex (tarn)',
  cause: 'db-pool-self-deadlock',
  victim: 'GET /transfers/count',
  crowded: true,
  severity: [1.3, 3],
  schema: () => 'CREATE TABLE transfers (cents int NOT NULL); CREATE TABLE audits (text text NOT NULL);',
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-self-deadlock', culprits: ['POST /transfers'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /transfers/count', everyMs: victimEveryMs, shoot: () => get('/transfers/count') },
    { route: 'POST /transfers', everyMs: neighbourEveryMs, shoot: () => post('/transfers') },
  ],
  faultTraffic: ({ poolSize }) => [
    { route: 'POST /transfers', everyMs: 4_000, offsetMs: 0, burst: poolSize * 2, shoot: () => post('/transfers') },
  ],
};
