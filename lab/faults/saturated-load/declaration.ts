import { createHash } from 'node:crypto';
import type { Declaration } from '../../src/declaration.ts';
import { products } from '../../src/schemas.ts';
import { get, ONCE_MS } from '../../src/shots.ts';

/** As in the app. Smaller pages would keep the lab, which asks for them, as busy as the service. */
const LINES = 2_000;

/** What one page takes on this machine, ms: rendering, two statements and the framework. */
function pageMs(): number {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    for (let line = 0; line < LINES; line++) createHash('sha256').update(`product ${line}`).digest('base64');
    return performance.now() - start;
  });
  return Math.min(...times) * 1.2 + 0.6;
}

export const saturatedLoad: Declaration = {
  name: 'saturated-load',
  title: 'Far more requests than one loop can serve, each a small one',
  stack: 'Express 5, pg Pool, node:crypto',
  cause: 'loop-saturated',
  victim: 'GET /pages/:id',
  hungry: true,
  budgetMs: [300, 400],
  severity: [2.5, 3.5],
  schema: () => products(300),
  expected: () => ({ cause: 'loop-saturated', culprits: ['GET /pages/:'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /pages/:id', everyMs: victimEveryMs, shoot: (n) => get(`/pages/${20 + (n % 250)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => {
    // A page takes so long that this many at once take `holdMs` together.
    const burst = Math.round(holdMs / pageMs());
    return [
      {
        route: 'GET /pages/:id',
        everyMs: ONCE_MS,
        offsetMs: 0,
        burst,
        shoot: (n) => get(`/pages/${20 + (n % 250)}`),
      },
    ];
  },
};
