import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

/** Either of the two may be the slow one. */
function slowOne({ dice }: Plan): 'orders' | 'reviews' {
  return dice[0] < 0.5 ? 'orders' : 'reviews';
}

export const upstreamFanout: Declaration = {
  name: 'upstream-fanout',
  title: 'One of three services asked at the same time is slow',
  stack: 'Koa, got, Promise.all',
  cause: 'upstream-slow',
  victim: 'GET /dashboard/:id',
  elsewhere: 'GET /profile/:id',
  scales: true,
  severity: [1.3, 4],
  partners: { profile: {}, orders: {}, reviews: {} },
  expected: (plan, world) => ({ cause: 'upstream-slow', culprits: [world.partner(slowOne(plan)).host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /dashboard/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => get(`/dashboard/${n}`) },
    { route: 'GET /profile/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/profile/${n}`) },
  ],
  on: (world, plan) => world.partner(slowOne(plan)).behave({ firstByteMs: plan.holdMs }),
};
