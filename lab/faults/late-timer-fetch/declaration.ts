import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

/** Of the budget: the rest is for going on without an offer. */
const TIMEOUT_SHARE = 0.4;
/** The work begins so long before the first deadlines are due, as a share of the budget. */
const LEAD_SHARE = 0.15;

export const lateTimerFetch: Declaration = {
  name: 'late-timer-fetch',
  title: 'A fetch that nobody answers has a deadline, which fires only when a blocked loop is free again',
  stack: 'Express 5, global fetch with AbortSignal.timeout',
  cause: 'late-timer',
  victim: 'GET /products/:id',
  budgetMs: [400, 800],
  severity: [1.3, 2],
  partners: { offers: { usualMs: 20 } },
  env: ({ budgetMs }) => ({ OFFER_TIMEOUT: String(Math.round(budgetMs * TIMEOUT_SHARE)) }),
  expected: () => ({ cause: 'late-timer', culprits: ['layOut'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /products/:id', everyMs: victimEveryMs, shoot: (n) => get(`/products/${n % 90}`) },
    { route: 'POST /brochures', everyMs: neighbourEveryMs * 3, shoot: () => post('/brochures') },
    { route: 'GET /about', everyMs: neighbourEveryMs, shoot: () => get('/about') },
  ],
  faultTraffic: ({ holdMs, budgetMs }) => [
    // Those that arrive during the work have not begun yet: only who is under way notices.
    {
      route: 'GET /products/:id',
      everyMs: holdMs * 1.8,
      offsetMs: 50,
      burst: 5,
      steady: true,
      shoot: () => get('/products/1'),
    },
    {
      route: 'POST /brochures',
      everyMs: holdMs * 1.8,
      offsetMs: 50 + Math.round(budgetMs * (TIMEOUT_SHARE - LEAD_SHARE)),
      steady: true,
      shoot: () => post('/brochures'),
    },
  ],
  on(world, { holdMs }) {
    // Nobody answers in time any more, which alone makes nobody late.
    world.partner('offers').behave({ firstByteMs: 10_000 });
    world.service.send({ workMs: holdMs });
  },
};
