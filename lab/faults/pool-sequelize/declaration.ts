import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const poolSequelize: Declaration = {
  name: 'pool-sequelize',
  title: 'A slow statement of one route holds every connection of an ORM that brings its own pool',
  stack: 'Express 5, Sequelize 6',
  cause: 'db-pool-exhausted',
  victim: 'GET /articles/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  schema: ({ usualMs }) => products(50) + paced('articles_of', 'y int', 'month int', 'SELECT 1', usualMs),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['GET /archive/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /articles/:id', everyMs: victimEveryMs, shoot: (n) => get(`/articles/${n % 50}`) },
    { route: 'GET /archive/:year', everyMs: neighbourEveryMs * 2, shoot: (n) => get(`/archive/${2000 + (n % 20)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'GET /archive/:year',
      everyMs: holdMs / poolSize / 1.6,
      offsetMs: 0,
      shoot: (n) => get(`/archive/${2000 + (n % 20)}`),
    },
  ],
  on: (world, { holdMs }) => world.database.pace('articles_of', holdMs),
};
