import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const upstreamRace: Declaration = {
  name: 'upstream-race',
  title: 'The stock service is slow, and the handler stops waiting for it through Promise.race',
  stack: 'Hono, undici request',
  cause: 'upstream-slow',
  victim: 'GET /items/:id',
  elsewhere: 'GET /',
  severity: [1.6, 4],
  partners: { stock: {} },
  // Before or after the budget: answered 504 is late either way.
  env: ({ budgetMs, dice }) => ({ PARTNER_TIMEOUT_MS: String(Math.round(budgetMs * (0.7 + 0.7 * dice[0]))) }),
  expected: (_, world) => ({ cause: 'upstream-slow', culprits: [world.partner('stock').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /items/:id', everyMs: victimEveryMs, shoot: (n) => get(`/items/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('stock').behave({ firstByteMs: holdMs }),
};
