import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const resetAxios: Declaration = {
  name: 'reset-axios',
  title:
    'Loyalty closes kept-alive connections as they are used again; the service takes a pause before it asks once more',
  stack: 'Express 5, axios with keep-alive and retries of its own',
  cause: 'connection-reset-on-reuse',
  victim: 'GET /points/:customer',
  elsewhere: 'GET /',
  severity: [1.05, 1.15],
  partners: { loyalty: {} },
  env: ({ holdMs }) => ({ LOYALTY_PAUSE_MS: String(holdMs) }),
  expected: (_, world) => ({ cause: 'connection-reset-on-reuse', culprits: [world.partner('loyalty').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /points/:customer', everyMs: victimEveryMs, shoot: (n) => get(`/points/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('loyalty').behave({ resetsReused: true }),
};
