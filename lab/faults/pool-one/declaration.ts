import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const poolOne: Declaration = {
  name: 'pool-one',
  title: 'A pool of one connection, and a search that takes long',
  stack: 'Hono, pg Pool with max 1',
  cause: 'db-pool-exhausted',
  victim: 'GET /notes/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  schema: () => products(50) + paced('search_notes', 'q text', 'id int', 'SELECT 1', 2),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['GET /search'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /notes/:id', everyMs: victimEveryMs, shoot: (n) => get(`/notes/${n % 50}`) },
    { route: 'GET /search', everyMs: neighbourEveryMs * 2, shoot: (n) => get(`/search?q=${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => [
    { route: 'GET /search', everyMs: holdMs * 1.3, offsetMs: 0, shoot: (n) => get(`/search?q=${n}`) },
  ],
  on: (world, { holdMs }) => world.database.pace('search_notes', holdMs),
};
