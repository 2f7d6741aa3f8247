import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get } from '../../src/shots.ts';

const CALL_MS = 25;

function sockets({ dice }: Plan): number {
  return 1 + Math.floor(dice[0] * 3);
}

export const socketQueueUndici: Declaration = {
  name: 'socket-queue-undici',
  title: 'A page of thumbnails at once through the few sockets of the pool',
  stack: 'Fastify 5, undici Pool',
  cause: 'client-socket-queue',
  victim: 'GET /thumbnails/:id',
  elsewhere: 'GET /formats',
  severity: [1.8, 3],
  partners: { images: { usualMs: CALL_MS } },
  env: (plan) => ({ IMAGE_SOCKETS: String(sockets(plan)) }),
  expected: (_, world) => ({ cause: 'client-socket-queue', culprits: [world.partner('images').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /thumbnails/:id', everyMs: Math.max(60, victimEveryMs), shoot: (n) => get(`/thumbnails/${n}`) },
    { route: 'GET /formats', everyMs: neighbourEveryMs, shoot: () => get('/formats') },
  ],
  faultTraffic: (plan) => [
    {
      route: 'GET /thumbnails/:id',
      everyMs: plan.holdMs * 1.5,
      offsetMs: 0,
      // So many that the last of them has waited for `holdMs`.
      burst: Math.round((plan.holdMs / CALL_MS) * sockets(plan)),
      shoot: (n) => get(`/thumbnails/${n}`),
    },
  ],
};
