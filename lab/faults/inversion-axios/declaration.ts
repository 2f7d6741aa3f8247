import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** What the nightly job gives for a year's statement, which everybody else's budget is too small for. */
const NIGHTLY_MS = 8_000;

export const inversionAxios: Declaration = {
  name: 'inversion-axios',
  title: "Years always take longer than the route's budget; axios would give up after 10 s only",
  stack: 'Koa, axios with a timeout',
  cause: 'timeout-inversion',
  victim: 'GET /statements/:account',
  elsewhere: 'GET /',
  // A call that is over soon after the deadline makes no verdict: too little of the time went into it.
  severity: [1.75, 2.5],
  partners: { ledger: { usualMs: 10 } },
  expected: () => ({ cause: 'timeout-inversion', culprits: ['GET /statements'] }),
  before: (world, { holdMs }) => world.partner('ledger').behave({ firstByteMs: holdMs }, /years/),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /statements/:account', everyMs: victimEveryMs, shoot: (n) => get(`/statements/${n}`) },
    {
      route: 'GET /statements/:account',
      everyMs: victimEveryMs * 2,
      budgetMs: NIGHTLY_MS,
      shoot: (n) => get(`/statements/${n}?year`, { 'x-request-timeout-ms': String(NIGHTLY_MS) }),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ victimEveryMs }) => [
    { route: 'GET /statements/:account', everyMs: victimEveryMs, shoot: (n) => get(`/statements/${n}`) },
    { route: 'GET /statements/:account', everyMs: victimEveryMs * 2, shoot: (n) => get(`/statements/${n}?year`) },
  ],
};
