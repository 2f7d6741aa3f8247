import type { Declaration } from '../../src/declaration.ts';
import { get, ONCE_MS } from '../../src/shots.ts';

function rulesFor(ms: number): number {
  const times = Array.from({ length: 20 }, (_, rule) => {
    const start = performance.now();
    let hash = rule;
    for (let step = 0; step < 20_000; step++) hash = (Math.imul(hash, 31) + step) | 0;
    return performance.now() - start + Math.abs(hash % 2) * 1e-9;
  });
  return Math.round(ms / Math.min(...times));
}

export const saturatedOwn: Declaration = {
  name: 'saturated-own',
  title: "The request's own computation is long, though cut into slices that let others pass",
  stack: 'node:http, setImmediate',
  cause: 'loop-saturated',
  victim: 'GET /check',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.4, 1.8],
  expected: () => ({ cause: 'loop-saturated', culprits: ['GET /check'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /check', everyMs: victimEveryMs, shoot: () => get('/check?rules=20') },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => {
    const rules = rulesFor(holdMs);
    return [
      {
        route: 'GET /check',
        everyMs: ONCE_MS,
        offsetMs: 30,
        shoot: () => get(`/check?rules=${rules}`),
      },
    ];
  },
};
