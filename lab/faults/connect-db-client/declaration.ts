import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get } from '../../src/shots.ts';

export const connectDbClient: Declaration = {
  name: 'connect-db-client',
  title: 'A connection of its own for each request, and a database that takes its time to let them in',
  stack: 'Fastify 5, pg Client',
  cause: 'db-connect-slow',
  victim: 'GET /tickets/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 2.5],
  schema: () => products(50),
  door: true,
  expected: (_, world) => ({ cause: 'db-connect-slow', culprits: [world.door.name] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /tickets/:id', everyMs: victimEveryMs * 3, shoot: (n) => get(`/tickets/${n % 50}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.door.hesitate(holdMs),
};
