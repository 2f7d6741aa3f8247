import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const items = (count: number) => ({ items: Array.from({ length: count }, (_, id) => ({ id, pieces: 1 })) });

export const uploadJson: Declaration = {
  name: 'upload-json',
  title: 'Callers on a slow line send the JSON of their order in dribs and drabs',
  stack: 'Fastify 5, its own JSON parser, global fetch',
  cause: 'slow-upload',
  victim: 'POST /orders',
  elsewhere: 'GET /orders/:id',
  scales: true,
  severity: [1.2, 2],
  partners: { stock: {} },
  expected: () => ({ cause: 'slow-upload', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /orders', everyMs: victimEveryMs, shoot: () => post('/orders', items(200)) },
    { route: 'GET /orders/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/orders/${n}`) },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'POST /orders', everyMs: victimEveryMs, uploadMs: holdMs, shoot: () => post('/orders', items(200)) },
  ],
};
