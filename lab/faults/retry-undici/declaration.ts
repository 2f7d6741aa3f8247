import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** Pauses of 1, 1.5, 2.25 and 3.375 times the first before the fifth attempt. */
const PAUSES = 8.125;

export const retryUndici: Declaration = {
  name: 'retry-undici',
  title: "The mail store is being restarted and answers 502; undici's retries wait for it",
  stack: 'node:http, undici with its retry interceptor',
  cause: 'retry-exhausted',
  victim: 'GET /unread/:id',
  elsewhere: 'GET /',
  severity: [1.2, 3],
  partners: { mail: {} },
  env: ({ holdMs }) => ({ MAIL_PAUSE_MS: String(Math.round(holdMs / PAUSES)) }),
  expected: (_, world) => ({ cause: 'retry-exhausted', culprits: [world.partner('mail').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /unread/:id', everyMs: victimEveryMs, shoot: (n) => get(`/unread/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('mail').behave({ status: 502 }),
};
