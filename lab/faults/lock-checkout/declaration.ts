import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

const HOT = 7;

export const lockCheckout: Declaration = {
  name: 'lock-checkout',
  title: 'A checkout keeps a stock row locked while the payment service is slow',
  stack: 'Koa, pg Pool, axios',
  cause: 'db-lock-wait',
  victim: 'POST /stock/:id',
  elsewhere: 'GET /stock/:id',
  severity: [1.5, 3],
  partners: { payments: {} },
  schema: () => stock(40),
  expected: () => ({ cause: 'db-lock-wait', culprits: ['POST /checkout/:'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /stock/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => post(`/stock/${1 + (n % 40)}`) },
    { route: 'GET /stock/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/stock/${1 + (n % 40)}`) },
    { route: 'POST /checkout/:id', everyMs: neighbourEveryMs * 2, shoot: (n) => post(`/checkout/${1 + (n % 40)}`) },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'POST /checkout/:id', everyMs: holdMs * 1.5, offsetMs: 0, shoot: () => post(`/checkout/${HOT}`) },
    { route: 'POST /stock/:id', everyMs: victimEveryMs * 3, shoot: () => post(`/stock/${HOT}`) },
  ],
  on: (world, { holdMs }) => world.partner('payments').behave({ firstByteMs: holdMs }),
};
