import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const dnsGetaddrinfo: Declaration = {
  name: 'dns-getaddrinfo',
  title: "The machine's resolver takes long for the weather service's name, which every call looks up",
  stack: 'Koa, axios without keep-alive, getaddrinfo',
  cause: 'dns-slow',
  victim: 'GET /forecast/:id',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  ownResolver: true,
  partners: { weather: { named: true } },
  expected: () => ({ cause: 'dns-slow', culprits: ['weather.internal'] }),
  // No more at once than the two slots take: what is asked here is the resolver, not the queue.
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /forecast/:id', everyMs: victimEveryMs, shoot: (n) => get(`/forecast/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, dice }) => [
    { route: 'GET /forecast/:id', everyMs: holdMs * (0.3 + dice[0] * 0.5), shoot: (n) => get(`/forecast/${n}`) },
  ],
  on: (world, { holdMs }) => world.names.setDelay(holdMs),
};
