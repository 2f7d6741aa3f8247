import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const trackedLock: Declaration = {
  name: 'tracked-lock',
  title: 'A lock of the program itself, made known by trackResource, is held across a slow call',
  stack: 'node:http, a chain of promises, trackResource',
  cause: 'lock-contention',
  victim: 'POST /journal/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.4, 3],
  partners: { archive: {} },
  expected: () => ({ cause: 'lock-contention', culprits: ['POST /rotate'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /journal/:id', everyMs: victimEveryMs, shoot: (n) => post(`/journal/${n}`) },
    { route: 'POST /rotate', everyMs: neighbourEveryMs * 4, shoot: () => post('/rotate') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => [
    { route: 'POST /rotate', everyMs: holdMs * 1.3, offsetMs: 0, steady: true, shoot: () => post('/rotate') },
  ],
  on: (world, { holdMs }) => world.partner('archive').behave({ firstByteMs: holdMs }),
};
