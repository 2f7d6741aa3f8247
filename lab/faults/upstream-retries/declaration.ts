import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const upstreamRetries: Declaration = {
  name: 'upstream-retries',
  title: 'The geo service is slow, every attempt is given up and made again',
  stack: 'node:http, got with retries',
  cause: 'upstream-slow',
  victim: 'GET /locate/:id',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  partners: { geo: {} },
  env: ({ budgetMs, dice }) => ({ GEO_TIMEOUT_MS: String(Math.round(budgetMs * (0.4 + 0.3 * dice[0]))) }),
  expected: (_, world) => ({ cause: 'upstream-slow', culprits: [world.partner('geo').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /locate/:id', everyMs: victimEveryMs, shoot: (n) => get(`/locate/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('geo').behave({ firstByteMs: holdMs }),
};
