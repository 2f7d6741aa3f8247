import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const lockOutside: Declaration = {
  name: 'lock-outside',
  title: "Somebody else's session keeps rows locked; the server gives the waiters up",
  stack: 'Express 5, pg Pool with lock_timeout',
  cause: 'db-lock-wait',
  victim: 'POST /counters/:id',
  elsewhere: 'GET /',
  severity: [1.5, 3],
  schema: () => stock(40),
  env: ({ budgetMs, dice }) => ({ LOCK_TIMEOUT_MS: String(Math.round(budgetMs * (0.8 + 0.5 * dice[0]))) }),
  // Who holds it, only the server knows: the statement is all there is to name.
  expected: () => ({ cause: 'db-lock-wait', culprits: ['UPDATE stock'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /counters/:id', everyMs: victimEveryMs * 2, shoot: (n) => post(`/counters/${1 + (n % 40)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.database.sql('BEGIN; SELECT qty FROM stock FOR UPDATE'),
};
