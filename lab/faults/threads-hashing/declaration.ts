import { pbkdf2Sync } from 'node:crypto';
import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const MEASURED_ROUNDS = 20_000;
/** Threads of libuv's pool. */
const THREADS = 4;
/** Cores that the four hashes of a burst share, as far as a small machine has them. */
const CORES = 2;

/** Rounds that take four hashes at once about so long on this machine. */
function roundsFor(ms: number): number {
  const times = [1, 2].map(() => {
    const start = performance.now();
    pbkdf2Sync('password', 'pepper and salt', MEASURED_ROUNDS, 64, 'sha512');
    return performance.now() - start;
  });
  return Math.round((((ms / Math.min(...times)) * CORES) / THREADS) * MEASURED_ROUNDS);
}

export const threadsHashing: Declaration = {
  name: 'threads-hashing',
  title: "Passwords are hashed in libuv's four threads, and reading a small file waits for one of them",
  stack: 'Express 5, node:crypto pbkdf2, node:fs/promises',
  cause: 'threadpool-starved',
  victim: 'GET /pages/:name',
  elsewhere: 'GET /health',
  budgetMs: [300, 500],
  severity: [1.4, 2.2],
  expected: () => ({ cause: 'threadpool-starved', culprits: ['POST /sessions'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /pages/:name', everyMs: victimEveryMs, shoot: (n) => get(`/pages/${n % 20}`) },
    { route: 'POST /sessions', everyMs: neighbourEveryMs * 2, shoot: () => post('/sessions', { password: 'secret' }) },
    { route: 'GET /health', everyMs: neighbourEveryMs, shoot: () => get('/health') },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'POST /sessions',
      everyMs: holdMs * 1.5,
      offsetMs: 0,
      burst: THREADS,
      steady: true,
      shoot: () => post('/sessions', { password: 'secret' }),
    },
  ],
  on: (world, { holdMs }) => world.service.send({ rounds: roundsFor(holdMs) }),
};
