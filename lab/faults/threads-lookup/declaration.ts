import { scryptSync } from 'node:crypto';
import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const MEASURED_TURNS = 20;
/** Of libuv's pool: as many as a small machine has cores, or the lab's machine has none left for the service. */
const THREADS = 2;
/** Turns of scrypt that take about so long on this machine. */
function turnsFor(ms: number): number {
  const times = [1, 2].map(() => {
    const start = performance.now();
    scryptSync('password', 'salt', 32, { N: 1024, r: 8, p: MEASURED_TURNS, maxmem: 1 << 30 });
    return performance.now() - start;
  });
  return Math.ceil((ms / Math.min(...times)) * MEASURED_TURNS);
}

export const threadsLookup: Declaration = {
  name: 'threads-lookup',
  title: "Keys are derived in the few threads of libuv's pool, and name lookups, which are quick, wait for one of them",
  stack: 'Koa 3, node:crypto scrypt, axios without keep-alive, getaddrinfo',
  cause: 'threadpool-starved',
  victim: 'GET /users/:id',
  elsewhere: 'GET /health',
  budgetMs: [300, 500],
  severity: [1.4, 2.2],
  ownResolver: true,
  partners: { users: { named: true } },
  env: () => ({ UV_THREADPOOL_SIZE: String(THREADS) }),
  expected: () => ({ cause: 'threadpool-starved', culprits: ['POST /vaults/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /users/:id', everyMs: victimEveryMs * 1.5, shoot: (n) => get(`/users/${n}`) },
    { route: 'POST /vaults/:name', everyMs: neighbourEveryMs * 2, shoot: (n) => post(`/vaults/v${n}`) },
    { route: 'GET /health', everyMs: neighbourEveryMs, shoot: () => get('/health') },
  ],
  faultTraffic: ({ holdMs }) => [
    {
      route: 'POST /vaults/:name',
      everyMs: holdMs * 1.5,
      offsetMs: 0,
      burst: THREADS,
      steady: true,
      shoot: (n) => post(`/vaults/v${n}`),
    },
  ],
  on: (world, { holdMs }) => world.service.send({ turns: turnsFor(holdMs) }),
};
