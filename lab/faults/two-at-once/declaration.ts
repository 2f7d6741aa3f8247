import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

/** The larger of the two takes between 65 and 85 % of what is wrong. */
function sharesOf({ dice, holdMs }: Plan): {
  readonly statement: number;
  readonly call: number;
  readonly larger: 'statement' | 'call';
} {
  const large = holdMs * (0.65 + 0.2 * dice[0]);
  const larger = dice[1] < 0.5 ? 'statement' : 'call';
  return larger === 'statement'
    ? { statement: large, call: holdMs - large, larger }
    : { statement: holdMs - large, call: large, larger };
}

export const twoAtOnce: Declaration = {
  name: 'two-at-once',
  title: "The route's statement and the tax service are both slow, one much more than the other",
  stack: 'Express 5, pg Pool, global fetch',
  cause: 'upstream-slow',
  victim: 'GET /bills/:id',
  elsewhere: 'GET /',
  scales: true,
  compound: true,
  severity: [1.6, 3],
  partners: { taxes: {} },
  schema: ({ usualMs }) => paced('bill_lines', 'id int', 'line int, cents int', 'SELECT 1, id', usualMs),
  expected: (plan, world) =>
    sharesOf(plan).larger === 'statement'
      ? { cause: 'db-query-slow', culprits: ['bill_lines'] }
      : { cause: 'upstream-slow', culprits: [world.partner('taxes').host] },
  traffic: ({ victimEveryMs, neighbourEveryMs, budgetMs }) => [
    { route: 'GET /bills/:id', everyMs: Math.max(victimEveryMs, budgetMs / 8), shoot: (n) => get(`/bills/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  async on(world, plan) {
    const { statement, call } = sharesOf(plan);
    await world.database.pace('bill_lines', statement);
    world.partner('taxes').behave({ firstByteMs: call });
  },
};
