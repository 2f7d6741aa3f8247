import { pbkdf2Sync } from 'node:crypto';
import type { Declaration } from '../../src/declaration.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

const MEASURED_ROUNDS = 40_000;

/** Rounds that take about so long on this machine. */
function roundsFor(ms: number): number {
  const times = [1, 2].map(() => {
    const start = performance.now();
    pbkdf2Sync('password', 'pepper and salt', MEASURED_ROUNDS, 64, 'sha512');
    return performance.now() - start;
  });
  return Math.round((ms / Math.min(...times)) * MEASURED_ROUNDS);
}

export const loopPbkdf2: Declaration = {
  name: 'loop-pbkdf2',
  title: "Another route's passwords are hashed synchronously, in native code that no debugger can stop",
  stack: 'Express 5, node:crypto, global fetch',
  cause: 'loop-blocked',
  victim: 'GET /me',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.8],
  partners: { accounts: { usualMs: 80 } },
  expected: () => ({ cause: 'loop-blocked', culprits: ['hashPassword'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /me', everyMs: victimEveryMs, shoot: () => get('/me') },
    { route: 'POST /login', everyMs: neighbourEveryMs * 2, shoot: () => post('/login', { password: 'secret' }) },
  ],
  faultTraffic: () => [
    // Those that arrive during the block have not begun yet: only who is under way notices.
    { route: 'GET /me', everyMs: ONCE_MS, offsetMs: 100, burst: 5, shoot: () => get('/me') },
    {
      route: 'POST /login',
      everyMs: ONCE_MS,
      offsetMs: 140,
      shoot: () => post('/login', { password: 'secret' }),
    },
  ],
  on: (world, { holdMs }) => world.service.send({ rounds: roundsFor(holdMs) }),
};
