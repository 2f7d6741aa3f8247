import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const poolBackground: Declaration = {
  name: 'pool-background',
  title: 'A periodic job, which is no request, takes every connection of the pool for long',
  stack: 'node:http, pg Pool, setTimeout',
  cause: 'db-pool-exhausted',
  victim: 'GET /visits/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  schema: ({ usualMs }) =>
    products(50) + paced('roll_up', 'shard int', 'day int, visits int', 'SELECT 1, shard', usualMs),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['background'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /visits/:id', everyMs: victimEveryMs, shoot: (n) => get(`/visits/${n % 50}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  async on(world, { holdMs, poolSize }) {
    await world.database.pace('roll_up', holdMs);
    world.service.send({ shards: poolSize + 2 });
  },
};
