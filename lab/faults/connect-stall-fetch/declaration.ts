import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const connectStallFetch: Declaration = {
  name: 'connect-stall-fetch',
  title: 'The couriers hang, their accept queue is full: the kernel drops every SYN',
  stack: 'Hono, undici fetch without keep-alive',
  cause: 'connect-stalled',
  victim: 'GET /quotes/:id',
  elsewhere: 'GET /',
  severity: [2, 4],
  partners: { couriers: { stalls: true } },
  expected: (_, world) => ({ cause: 'connect-stalled', culprits: [world.partner('couriers').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /quotes/:id', everyMs: victimEveryMs, shoot: (n) => get(`/quotes/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('couriers').stall(holdMs + 2_000),
};
