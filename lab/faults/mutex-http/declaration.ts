import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const mutexHttp: Declaration = {
  name: 'mutex-http',
  title: 'A mutex is held across a slow call, and everybody who changes anything waits for it',
  stack: 'Express 5, async-mutex, global fetch',
  cause: 'lock-contention',
  victim: 'POST /prices/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.4, 3],
  partners: { pricing: {} },
  expected: () => ({ cause: 'lock-contention', culprits: ['POST /sheet'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /prices/:id', everyMs: victimEveryMs, shoot: (n) => post(`/prices/${n % 50}`) },
    { route: 'POST /sheet', everyMs: neighbourEveryMs * 4, shoot: () => post('/sheet') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => [
    { route: 'POST /sheet', everyMs: holdMs * 1.3, offsetMs: 0, steady: true, shoot: () => post('/sheet') },
  ],
  on: (world, { holdMs }) => world.partner('pricing').behave({ firstByteMs: holdMs }),
};
