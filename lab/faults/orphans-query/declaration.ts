import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

/** People type on, and the suggestions for what they had typed are of no use to them any more. */
const TYPED_ON_MS = 40;

export const orphansQuery: Declaration = {
  name: 'orphans-query',
  title: 'Callers of slow suggestions hang up at once, and their statements keep the connections',
  stack: 'Express 5, pg Pool',
  cause: 'work-after-cancel',
  victim: 'GET /products/:id',
  elsewhere: 'GET /',
  severity: [1.3, 2.4],
  schema: ({ usualMs }) => products(200) + paced('suggest', 'q text', 'n int', 'SELECT length(q)', usualMs),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'work-after-cancel', culprits: ['GET /suggestions'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /products/:id', everyMs: victimEveryMs, shoot: (n) => get(`/products/${1 + (n % 200)}`) },
    { route: 'GET /suggestions', everyMs: neighbourEveryMs * 2, shoot: (n) => get(`/suggestions?q=a${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'GET /suggestions',
      everyMs: holdMs,
      offsetMs: 0,
      burst: Math.ceil(poolSize * 1.5),
      abortAfterMs: TYPED_ON_MS,
      shoot: (n) => get(`/suggestions?q=a${n}`),
    },
  ],
  on: (world, { holdMs }) => world.database.pace('suggest', holdMs),
};
