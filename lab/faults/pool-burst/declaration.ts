import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const STATEMENT_MS = 20;

export const poolBurst: Declaration = {
  name: 'pool-burst',
  title: 'Everybody wants a seat at the same moment; each takes a connection for a moment only',
  stack: 'Fastify 5, pg Pool',
  cause: 'db-pool-exhausted',
  victim: 'GET /seats/:id',
  elsewhere: 'GET /shows',
  severity: [1.8, 3],
  schema: () =>
    paced(
      'seats_of',
      'id int',
      'seat int, taken bool',
      'SELECT n, n % 2 = 0 FROM generate_series(1, 10) n',
      STATEMENT_MS,
    ),
  env: ({ poolSize }) => ({ DB_POOL: String(Math.min(poolSize, 5)) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['pg pool'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /seats/:id', everyMs: victimEveryMs, shoot: (n) => get(`/seats/${n}`) },
    { route: 'GET /shows', everyMs: neighbourEveryMs, shoot: () => get('/shows') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'GET /seats/:id',
      everyMs: holdMs * 1.5,
      offsetMs: 0,
      burst: Math.round((holdMs / STATEMENT_MS) * Math.min(poolSize, 5)),
      shoot: (n) => get(`/seats/${n}`),
    },
  ],
};
