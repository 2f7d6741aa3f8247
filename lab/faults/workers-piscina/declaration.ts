import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get, post } from '../../src/shots.ts';

function printers({ dice }: Plan): number {
  return 2 + Math.floor(dice[0] * 2);
}

export const workersPiscina: Declaration = {
  name: 'workers-piscina',
  title: 'Long tasks of another route have all threads of the worker pool',
  stack: 'Express 5, piscina',
  cause: 'worker-queue',
  victim: 'GET /labels/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  env: (plan) => ({ PRINTERS: String(printers(plan)) }),
  expected: () => ({ cause: 'worker-queue', culprits: ['POST /catalogs'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /labels/:id', everyMs: victimEveryMs * 2, shoot: (n) => get(`/labels/${n}`) },
    { route: 'POST /catalogs', everyMs: neighbourEveryMs * 3, shoot: () => post('/catalogs', { pages: 5 }) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: (plan) => [
    {
      route: 'POST /catalogs',
      everyMs: plan.holdMs * 1.2,
      steady: true,
      offsetMs: 0,
      burst: printers(plan) + 1,
      shoot: () => post('/catalogs', { pages: Math.round(plan.holdMs / 2) }),
    },
  ],
};
