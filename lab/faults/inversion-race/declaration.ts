import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** Charts take so long on any day, of the budget; the screens' new patience is half of it. */
const USUAL_SHARE = 0.6;

export const inversionRace: Declaration = {
  name: 'inversion-race',
  title: 'A timer around the call fires long before the 5 s of the call itself, and its placeholder is never shown',
  stack: 'Express 5, global fetch with AbortSignal.timeout inside Promise.race',
  cause: 'timeout-inversion',
  victim: 'GET /charts/:id',
  elsewhere: 'GET /',
  severity: [1, 1.1],
  partners: { charts: {} },
  expected: () => ({ cause: 'timeout-inversion', culprits: ['GET /charts'] }),
  before: (world, { budgetMs }) => world.partner('charts').behave({ firstByteMs: budgetMs * USUAL_SHARE }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /charts/:id', everyMs: victimEveryMs, shoot: (n) => get(`/charts/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ budgetMs, victimEveryMs, dice }) => {
    const patience = String(Math.round(budgetMs * USUAL_SHARE * (0.4 + 0.3 * dice[0])));
    return [
      {
        route: 'GET /charts/:id',
        everyMs: victimEveryMs,
        shoot: (n) => get(`/charts/${n}`, { 'x-screen-patience-ms': patience }),
      },
    ];
  },
};
