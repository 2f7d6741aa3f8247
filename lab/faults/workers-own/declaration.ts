import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get, post } from '../../src/shots.ts';

function signers({ dice }: Plan): number {
  return 1 + Math.floor(dice[0] * 3);
}

export const workersOwn: Declaration = {
  name: 'workers-own',
  title: 'Batches have all worker threads of a pool the program made itself, made known by trackResource',
  stack: 'Hono, worker_threads, trackResource',
  cause: 'worker-queue',
  victim: 'GET /receipts/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  env: (plan) => ({ SIGNERS: String(signers(plan)) }),
  expected: () => ({ cause: 'worker-queue', culprits: ['POST /batches'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /receipts/:id', everyMs: victimEveryMs * 2, shoot: (n) => get(`/receipts/${n}`) },
    { route: 'POST /batches', everyMs: neighbourEveryMs * 4, shoot: () => post('/batches', { receipts: 4 }) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: (plan) => [
    {
      route: 'POST /batches',
      everyMs: plan.holdMs * 1.2,
      steady: true,
      offsetMs: 0,
      burst: signers(plan) + 1,
      shoot: () => post('/batches', { receipts: Math.round(plan.holdMs / 4) }),
    },
  ],
};
