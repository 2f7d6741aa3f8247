import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const deadlockPoolOne: Declaration = {
  name: 'deadlock-pool-one',
  title: 'A small pool whose users write their audit entry on a second connection: two at once and none goes on',
  stack: 'Koa, pg Pool with max 2',
  cause: 'db-pool-self-deadlock',
  victim: 'PUT /settings/:key',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  schema: () => `
    CREATE TABLE settings (key text PRIMARY KEY, changed timestamptz);
    INSERT INTO settings VALUES ('color'), ('font');
    CREATE TABLE audit (what text);`,
  expected: () => ({ cause: 'db-pool-self-deadlock', culprits: ['PUT /settings/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    // Far enough apart on a good day.
    {
      route: 'PUT /settings/:key',
      everyMs: victimEveryMs * 4,
      shoot: () => ({ method: 'PUT', path: '/settings/color' }),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'PUT /settings/:key',
      everyMs: holdMs,
      burst: 6,
      offsetMs: 0,
      shoot: () => ({ method: 'PUT', path: '/settings/color' }),
    },
  ],
};
