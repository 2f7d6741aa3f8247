import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/**
 * c-ares asks again after two seconds and then ignores the first answer: a slower server would be a dead one. And it gives up
 * after a few times what answers took so far: within the budget there is no delay that it surely waits for.
 */
const MOST_MS = 1_800;

export const dnsCares: Declaration = {
  name: 'dns-cares',
  title: 'The name server of the private zone takes long to answer',
  stack: 'node:http, undici with its own lookup (dns.Resolver)',
  cause: 'dns-slow',
  victim: 'GET /delivery/:id',
  elsewhere: 'GET /version',
  severity: [1.3, 4],
  partners: { delivery: { named: true } },
  expected: () => ({ cause: 'dns-slow', culprits: ['delivery.internal'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /delivery/:id', everyMs: victimEveryMs, shoot: (n) => get(`/delivery/${n}`) },
    { route: 'GET /version', everyMs: neighbourEveryMs, shoot: () => get('/version') },
  ],
  on: (world, { holdMs }) => world.names.setDelay(Math.min(MOST_MS, holdMs)),
};
