import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

const HOT = 3;

export const behindPoolLock: Declaration = {
  name: 'behind-pool-lock',
  title: 'A waits for a pool whose connections B keeps while its statements wait for a row that C has locked',
  stack: 'Fastify 5, pg Pool, global fetch',
  cause: 'db-lock-wait',
  victim: 'GET /totals',
  compound: true,
  severity: [1.6, 2.5],
  partners: { approvals: {} },
  schema: () => stock(40),
  env: ({ poolSize }) => ({ DB_POOL: String(Math.max(4, poolSize)) }),
  expected: () => ({ cause: 'db-lock-wait', culprits: ['POST /approve/:'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /totals', everyMs: victimEveryMs, shoot: () => get('/totals') },
    { route: 'POST /reserve/:id', everyMs: neighbourEveryMs, shoot: (n) => post(`/reserve/${1 + (n % 40)}`) },
    { route: 'POST /approve/:id', everyMs: neighbourEveryMs * 3, shoot: (n) => post(`/approve/${1 + (n % 40)}`) },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'POST /approve/:id',
      everyMs: holdMs * 1.2,
      offsetMs: 0,
      steady: true,
      shoot: () => post(`/approve/${HOT}`),
    },
    {
      route: 'POST /reserve/:id',
      everyMs: holdMs * 1.2,
      offsetMs: 40,
      steady: true,
      burst: Math.max(4, poolSize) + 2,
      shoot: () => post(`/reserve/${HOT}`),
    },
  ],
  on: (world, { holdMs }) => world.partner('approvals').behave({ firstByteMs: holdMs }),
};
