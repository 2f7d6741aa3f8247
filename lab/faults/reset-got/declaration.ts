import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const CURRENCIES = ['EUR', 'USD', 'JPY', 'CHF', 'SEK'] as const;

export const resetGot: Declaration = {
  name: 'reset-got',
  title: 'A balancer before the rates forgets its connections, and got waits a second before it makes a call again',
  stack: 'node:http, got as it comes',
  cause: 'connection-reset-on-reuse',
  victim: 'GET /convert/:currency',
  elsewhere: 'GET /',
  // Its first pause is a second long, whatever else.
  budgetMs: [300, 900],
  severity: [1.1, 1.3],
  partners: { rates: {} },
  expected: (_, world) => ({ cause: 'connection-reset-on-reuse', culprits: [world.partner('rates').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'GET /convert/:currency',
      everyMs: victimEveryMs,
      shoot: (n) => get(`/convert/${CURRENCIES[n % CURRENCIES.length]}`),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('rates').behave({ resetsReused: true }),
};
