import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const tlsFetch: Declaration = {
  name: 'tls-fetch',
  title: 'The tax service takes long before its part of the handshake, on connections closed after one answer',
  stack: 'node:http, undici fetch without keep-alive',
  cause: 'tls-slow',
  victim: 'GET /tax/de',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 4],
  partners: { tax: { tls: true } },
  expected: (_, world) => ({ cause: 'tls-slow', culprits: [world.partner('tax').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /tax/de', everyMs: victimEveryMs, shoot: () => get('/tax/de') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('tax').behave({ handshakeMs: holdMs }),
};
