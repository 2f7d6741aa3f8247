import type { Declaration } from '../../src/declaration.ts';
import { get, ONCE_MS } from '../../src/shots.ts';

const MEASURED_POINTS = 1_500;

/** So many points that comparing each with each takes about so long on this machine. */
function pointsFor(ms: number): number {
  const points = Array.from({ length: MEASURED_POINTS }, (_, n) => ({ x: n % 71, y: n % 113 }));
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    for (const a of points) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const b of points) if (a !== b) nearest = Math.min(nearest, Math.hypot(a.x - b.x, a.y - b.y));
    }
    return performance.now() - start;
  });
  return Math.round(MEASURED_POINTS * Math.sqrt(ms / Math.min(...times)));
}

export const loopOwnRows: Declaration = {
  name: 'loop-own-rows',
  title: 'What the request does with many rows, once they are there, grows with their square',
  stack: 'Koa, pg Pool',
  cause: 'loop-blocked',
  victim: 'GET /maps/:id',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.8],
  schema: () => `
    CREATE TABLE points (id int PRIMARY KEY, x float8, y float8);
    INSERT INTO points SELECT n, n % 71, n % 113 FROM generate_series(1, 40000) n;`,
  expected: () => ({ cause: 'loop-blocked', culprits: ['nearestPairs'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /maps/:id', everyMs: victimEveryMs, shoot: (n) => get(`/maps/${20 + (n % 30)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => {
    const points = pointsFor(holdMs);
    return [
      {
        route: 'GET /maps/:id',
        everyMs: ONCE_MS,
        offsetMs: 50,
        shoot: () => get(`/maps/${points}`),
      },
    ];
  },
};
