import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** More than what the system's socket buffers of both sides take without anybody reading. */
const BYTES = 32_000_000;

export const readerExport: Declaration = {
  name: 'reader-export',
  title: 'Callers on a slow line download a large file, which was ready at once',
  stack: 'Express 5, res.send, global fetch',
  cause: 'slow-reader',
  victim: 'GET /catalogue.csv',
  elsewhere: 'GET /products/:id',
  severity: [2.4, 3.2],
  partners: { prices: {} },
  expected: () => ({ cause: 'slow-reader', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /catalogue.csv', everyMs: victimEveryMs * 6, shoot: () => get('/catalogue.csv') },
    { route: 'GET /products/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/products/${n}`) },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'GET /catalogue.csv', everyMs: victimEveryMs * 6, readMs: holdMs, shoot: () => get('/catalogue.csv') },
  ],
  on: (world) => world.service.send({ bytes: BYTES }),
};
