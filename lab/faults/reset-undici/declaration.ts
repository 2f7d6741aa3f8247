import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const resetUndici: Declaration = {
  name: 'reset-undici',
  title: 'Maps closes kept-alive connections as they are used again, and nobody tries once more: 503 at once',
  stack: 'Hono, global fetch',
  cause: 'connection-reset-on-reuse',
  victim: 'GET /tiles/:id',
  elsewhere: 'GET /',
  severity: [1, 1.1],
  partners: { maps: {} },
  expected: (_, world) => ({ cause: 'connection-reset-on-reuse', culprits: [world.partner('maps').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /tiles/:id', everyMs: victimEveryMs, shoot: (n) => get(`/tiles/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('maps').behave({ resetsReused: true }),
};
