import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const upstreamKeepalive: Declaration = {
  name: 'upstream-keepalive',
  title: 'The price service takes long to its first byte, on sockets kept alive',
  stack: 'Express 5, global fetch',
  cause: 'upstream-slow',
  victim: 'GET /products/:id',
  elsewhere: 'GET /about',
  scales: true,
  severity: [1.3, 4],
  partners: { prices: {} },
  expected: (_, world) => ({ cause: 'upstream-slow', culprits: [world.partner('prices').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /products/:id', everyMs: victimEveryMs, shoot: (n) => get(`/products/${1 + (n % 90)}`) },
    { route: 'GET /about', everyMs: neighbourEveryMs, shoot: () => get('/about') },
  ],
  on: (world, { holdMs }) => world.partner('prices').behave({ firstByteMs: holdMs }),
};
