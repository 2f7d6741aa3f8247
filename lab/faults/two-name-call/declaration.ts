import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

/** The larger of the two takes between 65 and 85 % of what is wrong. */
function sharesOf({ dice, holdMs }: Plan): { readonly name: number; readonly call: number; readonly larger: string } {
  const large = holdMs * (0.65 + 0.2 * dice[0]);
  const small = holdMs - large;
  return dice[1] < 0.5 ? { name: large, call: small, larger: 'name' } : { name: small, call: large, larger: 'call' };
}

export const twoNameCall: Declaration = {
  name: 'two-name-call',
  title: "The carrier's name is looked up slowly and the carrier answers slowly, one much more than the other",
  stack: 'Hono, undici fetch with its own lookup (dns.Resolver)',
  cause: 'dns-slow',
  victim: 'GET /track/:id',
  elsewhere: 'GET /',
  compound: true,
  scales: true,
  // c-ares gives a lookup up after two seconds.
  budgetMs: [300, 650],
  severity: [1.6, 3],
  partners: { carrier: { named: true } },
  expected: (plan, world) =>
    sharesOf(plan).larger === 'name'
      ? { cause: 'dns-slow', culprits: ['carrier.internal'] }
      : { cause: 'upstream-slow', culprits: [world.partner('carrier').host] },
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /track/:id', everyMs: victimEveryMs, shoot: (n) => get(`/track/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on(world, plan) {
    const { name, call } = sharesOf(plan);
    world.names.setDelay(name);
    world.partner('carrier').behave({ firstByteMs: call });
  },
};
