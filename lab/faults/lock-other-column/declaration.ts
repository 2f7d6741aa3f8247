import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const MEMBERS = 40;
const BOUNCED = 9;

export const lockOtherColumn: Declaration = {
  name: 'lock-other-column',
  title:
    'Two routes change the same row, one by its id, the other by its address and with a slow call before the commit',
  stack: 'Hono, pg Pool',
  cause: 'db-lock-wait',
  victim: 'POST /members/:id/seen',
  elsewhere: 'GET /members/:id',
  severity: [1.5, 3],
  partners: { mails: {} },
  schema: () => `
    CREATE TABLE members (id int PRIMARY KEY, email text UNIQUE, seen timestamptz, bounced boolean DEFAULT false);
    INSERT INTO members SELECT n, 'm' || n FROM generate_series(1, ${MEMBERS}) n;`,
  expected: () => ({ cause: 'db-lock-wait', culprits: ['POST /bounces/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'POST /members/:id/seen',
      everyMs: victimEveryMs * 1.5,
      shoot: (n) => post(`/members/${1 + (n % MEMBERS)}/seen`),
    },
    { route: 'GET /members/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/members/${1 + (n % MEMBERS)}`) },
    {
      route: 'POST /bounces/:email',
      everyMs: neighbourEveryMs * 3,
      shoot: (n) => post(`/bounces/m${1 + (n % MEMBERS)}`),
    },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    { route: 'POST /bounces/:email', everyMs: holdMs * 1.5, offsetMs: 0, shoot: () => post(`/bounces/m${BOUNCED}`) },
    {
      route: 'POST /members/:id/seen',
      everyMs: victimEveryMs * 3,
      shoot: () => post(`/members/${BOUNCED}/seen`),
    },
  ],
  on: (world, { holdMs }) => world.partner('mails').behave({ firstByteMs: holdMs }),
};
