import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

export const dnsQueue: Declaration = {
  name: 'dns-queue',
  title: "Events are sent to hosts whose names the resolver is slow for, and other names' lookups queue behind them",
  stack: 'Express 5, axios and node:http without keep-alive, getaddrinfo',
  cause: 'dns-queue-starved',
  victim: 'GET /users/:id',
  severity: [1.4, 3],
  ownResolver: true,
  partners: { users: { named: true }, metrics: { named: true }, audit: { named: true } },
  env: (_, world) => ({ EVENT_SINKS: `${world.partner('metrics').url},${world.partner('audit').url}` }),
  expected: () => ({ cause: 'dns-queue-starved', culprits: ['metrics.internal', 'audit.internal'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /users/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => get(`/users/${n}`) },
    { route: 'POST /events/:name', everyMs: neighbourEveryMs * 2, shoot: () => post('/events/login') },
  ],
  faultTraffic: ({ holdMs }) => [
    { route: 'POST /events/:name', everyMs: holdMs * 0.9, offsetMs: 0, burst: 1, shoot: () => post('/events/login') },
  ],
  on(world, { holdMs }) {
    world.names.setDelay(holdMs, 'metrics.internal');
    world.names.setDelay(holdMs, 'audit.internal');
  },
};
