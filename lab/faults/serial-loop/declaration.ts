import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

function ids(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(',');
}

export const serialLoop: Declaration = {
  name: 'serial-loop',
  title: 'Many products to compare, their prices asked for one after another',
  stack: 'Koa, global fetch',
  cause: 'serial-calls',
  victim: 'GET /compare',
  elsewhere: 'GET /',
  severity: [1.5, 3],
  partners: { prices: {} },
  expected: () => ({ cause: 'serial-calls', culprits: ['GET /compare'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /compare', everyMs: victimEveryMs * 1.5, shoot: () => get(`/compare?ids=${ids(2)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, usualMs }) => [
    {
      route: 'GET /compare',
      everyMs: 300,
      offsetMs: 0,
      shoot: () => get(`/compare?ids=${ids(Math.round(holdMs / usualMs))}`),
    },
  ],
};
