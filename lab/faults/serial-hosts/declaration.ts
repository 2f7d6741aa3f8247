import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const SERVICES = ['users', 'carts', 'prices', 'taxes', 'shipping'] as const;

export const serialHosts: Declaration = {
  name: 'serial-hosts',
  title: 'Five services asked one after another, none slower than ever; most quotes need only one',
  stack: 'Hono, axios',
  cause: 'serial-calls',
  victim: 'GET /quote/:id',
  elsewhere: 'GET /',
  severity: [1.3, 1.8],
  partners: { users: {}, carts: {}, prices: {}, taxes: {}, shipping: {} },
  expected: () => ({ cause: 'serial-calls', culprits: ['GET /quote/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'GET /quote/:id',
      everyMs: victimEveryMs * 0.7,
      shoot: (n) => get(`/quote/${n}?of=${SERVICES[n % SERVICES.length]}`),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: () => [
    { route: 'GET /quote/:id', everyMs: 150, shoot: (n) => get(`/quote/${n}?of=${SERVICES.join(',')}`) },
  ],
  // As far away as they are, they answer as they always did.
  before(world, { holdMs }) {
    for (const name of SERVICES) world.partner(name).behave({ firstByteMs: holdMs / SERVICES.length });
  },
};
