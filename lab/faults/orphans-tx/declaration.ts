import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

/** Callers of quotes ask another shop when the first takes longer. */
const PATIENCE_MS = 60;

export const orphansTx: Declaration = {
  name: 'orphans-tx',
  title: 'Callers hang up, and their transactions stay open through a slow call to a partner',
  stack: 'Fastify 5, pg Pool, global fetch',
  cause: 'work-after-cancel',
  victim: 'GET /quotes/:id',
  elsewhere: 'GET /health',
  severity: [1.4, 2.6],
  partners: { shippers: {} },
  schema: () => 'CREATE TABLE quotes (id serial PRIMARY KEY, cents int NOT NULL);',
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'work-after-cancel', culprits: ['POST /quotes'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /quotes/:id', everyMs: victimEveryMs, shoot: (n) => get(`/quotes/${n % 50}`) },
    { route: 'POST /quotes', everyMs: neighbourEveryMs, shoot: () => post('/quotes') },
    { route: 'GET /health', everyMs: neighbourEveryMs, shoot: () => get('/health') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'POST /quotes',
      everyMs: holdMs / poolSize / 1.6,
      offsetMs: 0,
      abortAfterMs: PATIENCE_MS,
      shoot: () => post('/quotes'),
    },
  ],
  on: (world, { holdMs }) => world.partner('shippers').behave({ firstByteMs: holdMs }),
};
