import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const serverTimeoutSocket: Declaration = {
  name: 'server-timeout-socket',
  title: 'The socket timeout of the server destroys connections of handlers that wait, within the budget',
  stack: 'Express 5, server.timeout, global fetch',
  cause: 'server-timeout',
  victim: 'GET /rates/:currency',
  elsewhere: 'GET /about',
  severity: [1.2, 3],
  partners: { rates: {} },
  env: ({ budgetMs }) => ({ SOCKET_TIMEOUT: String(Math.round(budgetMs * 0.6)) }),
  expected: () => ({ cause: 'server-timeout', culprits: ['server.timeout'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /rates/:currency', everyMs: victimEveryMs, shoot: (n) => get(`/rates/${n % 30}`) },
    { route: 'GET /about', everyMs: neighbourEveryMs, shoot: () => get('/about') },
  ],
  on: (world, { holdMs }) => world.partner('rates').behave({ firstByteMs: holdMs }),
};
