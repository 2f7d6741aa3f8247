import type { Declaration } from '../../src/declaration.ts';
import { stock } from '../../src/schemas.ts';
import { get, post } from '../../src/shots.ts';

export const behindPoolTls: Declaration = {
  name: 'behind-pool-tls',
  title: 'A waits for a pool whose connections B keeps through slow TLS handshakes',
  stack: 'Fastify 5, knex, axios without keep-alive',
  cause: 'tls-slow',
  victim: 'GET /parcels/:id',
  elsewhere: 'GET /',
  compound: true,
  severity: [1.4, 2.5],
  partners: { notary: { tls: true } },
  schema: () => stock(2_000),
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: (_, world) => ({ cause: 'tls-slow', culprits: [world.partner('notary').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /parcels/:id', everyMs: victimEveryMs, shoot: (n) => get(`/parcels/${1 + (n % 2_000)}`) },
    { route: 'POST /deeds/:id', everyMs: neighbourEveryMs, shoot: (n) => post(`/deeds/${1 + (n % 2_000)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'POST /deeds/:id',
      everyMs: holdMs / poolSize / 1.6,
      offsetMs: 0,
      shoot: (n) => post(`/deeds/${1 + ((n * 7) % 2_000)}`),
    },
  ],
  on: (world, { holdMs }) => world.partner('notary').behave({ handshakeMs: holdMs }),
};
