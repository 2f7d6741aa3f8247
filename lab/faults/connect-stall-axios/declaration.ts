import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const connectStallAxios: Declaration = {
  name: 'connect-stall-axios',
  title: 'The label printer accepts no connection, and each of three attempts gives up',
  stack: 'Express 5, axios with timeout and retries',
  cause: 'connect-stalled',
  victim: 'POST /labels/:id',
  elsewhere: 'GET /',
  severity: [2, 4],
  partners: { labels: { stalls: true } },
  env: ({ budgetMs, dice }) => ({ LABELS_TIMEOUT_MS: String(Math.round(budgetMs * (0.5 + 0.7 * dice[0]))) }),
  expected: (_, world) => ({ cause: 'connect-stalled', culprits: [world.partner('labels').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /labels/:id', everyMs: victimEveryMs, shoot: (n) => post(`/labels/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('labels').stall(holdMs + 2_500),
};
