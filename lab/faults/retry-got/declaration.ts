import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

/** Three pauses, each twice as long as the one before: seven of the first. */
const PAUSES = 7;

export const retryGot: Declaration = {
  name: 'retry-got',
  title: 'The stock service answers 503 at once, and got asks again with longer and longer pauses',
  stack: 'Fastify, got with retries',
  cause: 'retry-exhausted',
  victim: 'GET /availability/:sku',
  elsewhere: 'GET /',
  severity: [1.2, 3],
  partners: { stock: {} },
  env: ({ holdMs }) => ({ RETRY_PAUSE_MS: String(Math.round(holdMs / PAUSES)) }),
  expected: (_, world) => ({ cause: 'retry-exhausted', culprits: [world.partner('stock').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /availability/:sku', everyMs: victimEveryMs, shoot: (n) => get(`/availability/${1 + (n % 90)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('stock').behave({ status: 503 }),
};
