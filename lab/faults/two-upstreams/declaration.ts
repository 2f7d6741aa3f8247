import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

/** The slower of the two takes between 65 and 85 % of what is wrong. */
function sharesOf({ dice, holdMs }: Plan): { readonly rates: number; readonly risk: number } {
  const large = holdMs * (0.65 + 0.2 * dice[0]);
  return dice[1] < 0.5 ? { rates: large, risk: holdMs - large } : { rates: holdMs - large, risk: large };
}

export const twoUpstreams: Declaration = {
  name: 'two-upstreams',
  title: 'Two services in a row are slow, one much more than the other, and the second call needs the first',
  stack: 'Koa, got',
  cause: 'upstream-slow',
  victim: 'GET /offer/:id',
  elsewhere: 'GET /',
  compound: true,
  scales: true,
  severity: [1.6, 3],
  partners: { rates: {}, risk: {} },
  expected(plan, world) {
    const { rates, risk } = sharesOf(plan);
    // The first one alone may take all there is: then it is what the deadline was missed for, whatever comes after it.
    const enough = rates >= plan.budgetMs ? ['rates'] : [];
    const larger = rates > risk ? 'rates' : 'risk';
    return {
      cause: 'upstream-slow',
      culprits: [...new Set([...enough, larger])].map((name) => world.partner(name).host),
    };
  },
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /offer/:id', everyMs: victimEveryMs, shoot: (n) => get(`/offer/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on(world, plan) {
    const { rates, risk } = sharesOf(plan);
    world.partner('rates').behave({ firstByteMs: rates });
    world.partner('risk').behave({ firstByteMs: risk });
  },
};
