import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const queryKnex: Declaration = {
  name: 'query-knex',
  title: 'A statement inside a transaction runs long',
  stack: 'Hono, knex',
  cause: 'db-query-slow',
  victim: 'GET /timeline/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 3],
  schema: ({ usualMs }) =>
    `CREATE TABLE visits (user_id int);${paced('timeline_of', 'u int', 'id int, text text', "SELECT 1, 'hello'", usualMs)}`,
  expected: () => ({ cause: 'db-query-slow', culprits: ['timeline_of'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs, budgetMs }) => [
    {
      route: 'GET /timeline/:id',
      everyMs: Math.max(victimEveryMs, budgetMs / 6),
      shoot: (n) => get(`/timeline/${n}`),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.database.pace('timeline_of', holdMs),
};
