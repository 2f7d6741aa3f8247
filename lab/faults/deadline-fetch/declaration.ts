import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

const HEADER = 'x-request-timeout-ms';
/** What callers give who know how long the archive takes. */
const PATIENT_MS = 8_000;

/** Enough for a search of titles on any day, and by far too little for the archive. */
function leftMs({ budgetMs, dice }: Plan): number {
  return Math.round(budgetMs * (0.4 + 0.2 * dice[0]));
}

export const deadlineFetch: Declaration = {
  name: 'deadline-fetch',
  title: 'Callers leave less time than the archive always takes, and the service asks it as if they had not said so',
  stack: 'Hono, global fetch, x-request-timeout-ms',
  cause: 'deadline-not-propagated',
  victim: 'GET /search/:word',
  elsewhere: 'GET /',
  severity: [1.2, 2],
  partners: { index: { usualMs: 10 } },
  expected: () => ({ cause: 'deadline-not-propagated', culprits: ['GET /search'] }),
  before: (world, { holdMs }) => world.partner('index').behave({ firstByteMs: holdMs }, /archive/),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /search/:word', everyMs: victimEveryMs, shoot: (n) => get(`/search/${n}`) },
    {
      route: 'GET /search/:word',
      everyMs: victimEveryMs * 2,
      budgetMs: PATIENT_MS,
      shoot: (n) => get(`/search/${n}?deep`, { [HEADER]: String(PATIENT_MS) }),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: (plan) => [
    { route: 'GET /search/:word', everyMs: plan.victimEveryMs, shoot: (n) => get(`/search/${n}`) },
    {
      route: 'GET /search/:word',
      everyMs: plan.victimEveryMs * 2,
      budgetMs: leftMs(plan),
      shoot: (n) => get(`/search/${n}?deep`, { [HEADER]: String(leftMs(plan)) }),
    },
  ],
};
