import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get, post } from '../../src/shots.ts';

function sockets({ dice }: Plan): number {
  return 2 + Math.floor(dice[0] * 3);
}

export const socketQueueAxios: Declaration = {
  name: 'socket-queue-axios',
  title: 'Slow calls of another route keep the few sockets the client allows itself',
  stack: 'Express 5, axios with maxSockets',
  cause: 'client-socket-queue',
  victim: 'GET /customers/:id',
  elsewhere: 'GET /',
  severity: [1.5, 3],
  partners: { crm: {} },
  env: (plan) => ({ CRM_SOCKETS: String(sockets(plan)) }),
  expected: (_, world) => ({ cause: 'client-socket-queue', culprits: [world.partner('crm').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /customers/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => get(`/customers/${n}`) },
    { route: 'POST /sync', everyMs: neighbourEveryMs * 2, shoot: () => post('/sync') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: (plan) => [
    { route: 'POST /sync', everyMs: plan.holdMs, offsetMs: 0, burst: sockets(plan) + 1, shoot: () => post('/sync') },
  ],
  on: (world, { holdMs }) => world.partner('crm').behave({ firstByteMs: holdMs }, /^\/changes/),
};
