import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const bodyTrickleJson: Declaration = {
  name: 'body-trickle-json',
  title: 'The catalog answers at once, its body trickles in',
  stack: 'Fastify 5, global fetch',
  cause: 'upstream-body-slow',
  victim: 'GET /catalog/:page',
  elsewhere: 'GET /categories',
  scales: true,
  severity: [1.3, 4],
  partners: { catalog: {} },
  expected: (_, world) => ({ cause: 'upstream-body-slow', culprits: [world.partner('catalog').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /catalog/:page', everyMs: victimEveryMs, shoot: (n) => get(`/catalog/${n}`) },
    { route: 'GET /categories', everyMs: neighbourEveryMs, shoot: () => get('/categories') },
  ],
  on: (world, { holdMs }) => world.partner('catalog').behave({ bodyMs: holdMs }),
};
