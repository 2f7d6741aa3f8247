import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const message = { text: 'a line of a message\n'.repeat(200) };

export const serverTimeoutRequest: Declaration = {
  name: 'server-timeout-request',
  title: 'The server gives requests less time to come in than callers on a slow line need',
  stack: 'node:http, server.requestTimeout',
  cause: 'server-timeout',
  victim: 'POST /messages',
  elsewhere: 'GET /messages',
  severity: [1.2, 2],
  env: ({ budgetMs }) => ({ REQUEST_TIMEOUT: String(Math.round(budgetMs * 0.5)) }),
  expected: () => ({ cause: 'server-timeout', culprits: ['server.requestTimeout'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'POST /messages', everyMs: victimEveryMs, shoot: () => post('/messages', message) },
    { route: 'GET /messages', everyMs: neighbourEveryMs, shoot: () => get('/messages') },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'POST /messages', everyMs: victimEveryMs, uploadMs: holdMs, shoot: () => post('/messages', message) },
  ],
};
