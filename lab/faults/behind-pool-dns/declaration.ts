import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const behindPoolDns: Declaration = {
  name: 'behind-pool-dns',
  title: 'A waits for a pool whose connections B keeps while a name is looked up slowly',
  stack: 'Express 5, pg Pool, node:http with its own lookup',
  cause: 'dns-slow',
  victim: 'GET /stock/:id',
  elsewhere: 'GET /',
  compound: true,
  severity: [1.4, 2.5],
  partners: { warehouse: { named: true } },
  schema: () => stock(2_000),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'dns-slow', culprits: ['warehouse.internal'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /stock/:id', everyMs: victimEveryMs, shoot: (n) => get(`/stock/${1 + (n % 2_000)}`) },
    { route: 'POST /pick/:id', everyMs: neighbourEveryMs, shoot: (n) => post(`/pick/${1 + (n % 2_000)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'POST /pick/:id',
      everyMs: holdMs / poolSize / 1.6,
      offsetMs: 0,
      shoot: (n) => post(`/pick/${1 + ((n * 7) % 2_000)}`),
    },
  ],
  on: (world, { holdMs }) => world.names.setDelay(holdMs),
};
