import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** As a text more than what the system's socket buffers of both sides take without anybody reading: 34 MB. */
const ROWS = 800_000;

export const readerStream: Declaration = {
  name: 'reader-stream',
  title: 'A streamed response waits for a caller that reads slowly',
  stack: 'Koa 3, a stream as body',
  cause: 'slow-reader',
  victim: 'GET /journal',
  elsewhere: 'GET /',
  severity: [2.4, 3.2],
  expected: () => ({ cause: 'slow-reader', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /journal', everyMs: victimEveryMs * 6, shoot: () => get('/journal') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'GET /journal', everyMs: victimEveryMs * 6, readMs: holdMs, shoot: () => get('/journal') },
  ],
  on: (world) => world.service.send({ rows: ROWS }),
};
