import { pbkdf2Sync } from 'node:crypto';
import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

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
  severity: [1.3, 2],
  partners: { accounts: { usualMs: 80 } },
  expected: () => ({ cause: 'loop-blocked', culprits: ['hashPassword'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /me', everyMs: victimEveryMs, shoot: () => get('/me') },
    { route: 'POST /login', everyMs: neighbourEveryMs * 2, shoot: () => post('/login', { password: 'secret' }) },
  ],
  faultTraffic: ({ holdMs }) => [
    // Those that arrive during the block have not begun yet: only who is under way notices.
    { route: 'GET /me', everyMs: holdMs * 1.6, offsetMs: 100, burst: 5, steady: true, shoot: () => get('/me') },
    {
      route: 'POST /login',
      everyMs: holdMs * 1.6,
      offsetMs: 140,
      steady: true,
      shoot: () => post('/login', { password: 'secret' }),
    },
  ],
  on: (world, { holdMs }) => world.service.send({ rounds: roundsFor(holdMs) }),
};
