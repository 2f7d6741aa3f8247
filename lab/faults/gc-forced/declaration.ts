import { setTimeout as pause } from 'node:timers/promises';
import type { Declaration } from '../../src/declaration.ts';
import { machineMs } from '../../src/machine.ts';
import { get, post } from '../../src/shots.ts';

/** Rough milliseconds a full collection of a million sessions takes on the machine this was written on. */
const MILLION_MS = 520;
const WARM_MS = 3_000;

export const gcForced: Declaration = {
  name: 'gc-forced',
  title: 'A full collection of a large heap, asked for by a cron job that means well',
  stack: 'Express 5, undici request, --expose-gc',
  cause: 'gc-pressure',
  victim: 'GET /profiles/:id',
  severity: [1.4, 2],
  partners: { profiles: { usualMs: 40 } },
  nodeOptions: ['--expose-gc', '--max-old-space-size=2000'],
  expected: () => ({ cause: 'gc-pressure', culprits: ['garbage collector'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /profiles/:id', everyMs: victimEveryMs, shoot: (n) => get(`/profiles/${n}`) },
    { route: 'POST /admin/trim', everyMs: neighbourEveryMs * 5, shoot: () => post('/admin/trim') },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'GET /profiles/:id',
      everyMs: holdMs * 1.8,
      offsetMs: 100,
      burst: 5,
      steady: true,
      shoot: (n) => get(`/profiles/${n}`),
    },
    { route: 'POST /admin/trim', everyMs: holdMs * 1.8, offsetMs: 112, steady: true, shoot: () => post('/admin/trim') },
  ],
  async on(world, { holdMs }) {
    world.service.send({ sessions: Math.round((holdMs / machineMs(MILLION_MS)) * 1e6) });
    await pause(WARM_MS);
  },
};
