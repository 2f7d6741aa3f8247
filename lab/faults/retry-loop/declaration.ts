import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** Attempts and their pauses are short beside the budget: no single one makes the request late. */
const ATTEMPT_SHARE = 0.12;
const PAUSE_SHARE = [0.14, 0.2] as const;

export const retryLoop: Declaration = {
  name: 'retry-loop',
  title: 'Tickets answers nobody, every attempt is given up early, and a loop makes another after a pause',
  stack: 'Koa, global fetch in a loop of its own',
  cause: 'retry-exhausted',
  victim: 'GET /seats/:event',
  elsewhere: 'GET /',
  severity: [2, 4],
  partners: { tickets: { usualMs: 8 } },
  env: ({ budgetMs, dice }) => ({
    TICKETS_TIMEOUT_MS: String(Math.round(Math.max(40, budgetMs * ATTEMPT_SHARE))),
    TICKETS_PAUSE_MS: String(Math.round(budgetMs * (PAUSE_SHARE[0] + (PAUSE_SHARE[1] - PAUSE_SHARE[0]) * dice[0]))),
  }),
  expected: (_, world) => ({ cause: 'retry-exhausted', culprits: [world.partner('tickets').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /seats/:event', everyMs: victimEveryMs, shoot: (n) => get(`/seats/${1 + (n % 90)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('tickets').behave({ firstByteMs: holdMs }),
};
