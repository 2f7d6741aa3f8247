import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

/** Well inside the budget: who types on does not wait for the last word's suggestions. */
function patienceMs({ budgetMs, dice }: Plan): number {
  return Math.round(budgetMs * (0.2 + 0.25 * dice[0]));
}

export const cancelUpstream: Declaration = {
  name: 'cancel-upstream',
  title: 'Callers hang up long before the budget is spent, while the suggestions are still being fetched',
  stack: 'node:http, undici request',
  cause: 'caller-cancelled',
  victim: 'GET /suggest',
  elsewhere: 'GET /',
  severity: [0.6, 0.8],
  partners: { suggestions: {} },
  expected: () => ({ cause: 'caller-cancelled', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /suggest', everyMs: victimEveryMs, shoot: (n) => get(`/suggest?q=w${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: (plan) => [
    {
      route: 'GET /suggest',
      everyMs: plan.victimEveryMs,
      abortAfterMs: patienceMs(plan),
      shoot: (n) => get(`/suggest?q=w${n}`),
    },
  ],
  on: (world, { holdMs }) => world.partner('suggestions').behave({ firstByteMs: holdMs }),
};
