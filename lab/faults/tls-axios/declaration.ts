import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const tlsAxios: Declaration = {
  name: 'tls-axios',
  title: 'The bank takes long before its part of the handshake; every call makes one',
  stack: 'Koa, axios without keep-alive',
  cause: 'tls-slow',
  victim: 'GET /balance/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 4],
  partners: { bank: { tls: true } },
  expected: (_, world) => ({ cause: 'tls-slow', culprits: [world.partner('bank').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /balance/:id', everyMs: victimEveryMs, shoot: (n) => get(`/balance/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('bank').behave({ handshakeMs: holdMs }),
};
