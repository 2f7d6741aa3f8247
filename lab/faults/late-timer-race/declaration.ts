import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

/** Of the budget: the rest is for going on without a score. */
const TIMEOUT_SHARE = 0.4;
/** The work begins so long before the first deadlines are due, as a share of the budget. */
const LEAD_SHARE = 0.15;

export const lateTimerRace: Declaration = {
  name: 'late-timer-race',
  title: 'A call that nobody answers is raced against a pause, which fires only when a blocked loop is free again',
  stack: 'Hono, global fetch in a race with a pause',
  cause: 'late-timer',
  victim: 'GET /users/:id',
  budgetMs: [400, 800],
  severity: [1.3, 2],
  partners: { scores: { usualMs: 20 } },
  env: ({ budgetMs }) => ({ SCORE_TIMEOUT: String(Math.round(budgetMs * TIMEOUT_SHARE)) }),
  expected: () => ({ cause: 'late-timer', culprits: ['rankAll'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /users/:id', everyMs: victimEveryMs, shoot: (n) => get(`/users/${n % 90}`) },
    { route: 'POST /rankings', everyMs: neighbourEveryMs * 3, shoot: () => post('/rankings') },
  ],
  faultTraffic: ({ holdMs, budgetMs }) => [
    // Those that arrive during the work have not begun yet: only who is under way notices.
    {
      route: 'GET /users/:id',
      everyMs: holdMs * 1.8,
      offsetMs: 50,
      burst: 5,
      steady: true,
      shoot: () => get('/users/1'),
    },
    {
      route: 'POST /rankings',
      everyMs: holdMs * 1.8,
      offsetMs: 50 + Math.round(budgetMs * (TIMEOUT_SHARE - LEAD_SHARE)),
      steady: true,
      shoot: () => post('/rankings'),
    },
  ],
  on(world, { holdMs }) {
    // Nobody answers in time any more, which alone makes nobody late.
    world.partner('scores').behave({ firstByteMs: 10_000 });
    world.service.send({ workMs: holdMs });
  },
};
