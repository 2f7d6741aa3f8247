import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const deadlineUndici: Declaration = {
  name: 'deadline-undici',
  title:
    "The gateway's deadline is enough for cars; lorries take longer on any day and are planned to the end all the same",
  stack: 'node:http, undici request, grpc-timeout',
  cause: 'deadline-not-propagated',
  victim: 'GET /trips/:id',
  elsewhere: 'GET /',
  severity: [1.2, 2],
  partners: { routes: { usualMs: 12 } },
  expected: () => ({ cause: 'deadline-not-propagated', culprits: ['GET /trips'] }),
  before: (world, { holdMs }) => world.partner('routes').behave({ firstByteMs: holdMs }, /lorry/),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /trips/:id', everyMs: victimEveryMs, shoot: (n) => get(`/trips/${n}`) },
    {
      route: 'GET /trips/:id',
      everyMs: victimEveryMs * 2,
      budgetMs: 9_000,
      shoot: (n) => get(`/trips/${n}?lorry`, { 'grpc-timeout': '9S' }),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ budgetMs, victimEveryMs, dice }) => {
    const leftMs = Math.round(budgetMs * (0.4 + 0.3 * dice[0]));
    return [
      { route: 'GET /trips/:id', everyMs: victimEveryMs, shoot: (n) => get(`/trips/${n}`) },
      {
        route: 'GET /trips/:id',
        everyMs: victimEveryMs * 2,
        budgetMs: leftMs,
        shoot: (n) => get(`/trips/${n}?lorry`, { 'grpc-timeout': `${leftMs}m` }),
      },
    ];
  },
};
