import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const upstreamNestGuard: Declaration = {
  name: 'upstream-nest-guard',
  title: 'A guard asks the session service, which takes long, before every handler',
  stack: 'NestJS 12 on Fastify, axios',
  cause: 'upstream-slow',
  victim: 'GET /orders/:id',
  elsewhere: 'GET /status',
  scales: true,
  severity: [1.3, 4],
  partners: { sessions: {} },
  expected: (_, world) => ({ cause: 'upstream-slow', culprits: [world.partner('sessions').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'GET /orders/:id',
      everyMs: victimEveryMs,
      shoot: (n) => get(`/orders/${n}`, { 'x-session': `s${n % 20}` }),
    },
    { route: 'GET /status', everyMs: neighbourEveryMs, shoot: () => get('/status') },
  ],
  on: (world, { holdMs }) => world.partner('sessions').behave({ firstByteMs: holdMs }),
};
