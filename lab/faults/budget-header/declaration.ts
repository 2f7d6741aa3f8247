import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const USUAL_MS = 60;

export const budgetHeader: Declaration = {
  name: 'budget-header',
  title: 'Callers leave less time than a search takes on any day',
  stack: 'Express 5, global fetch, x-request-timeout-ms',
  cause: 'budget-spent-on-arrival',
  victim: 'GET /search',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  partners: { search: { usualMs: USUAL_MS } },
  expected: () => ({ cause: 'budget-spent-on-arrival', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /search', everyMs: victimEveryMs, shoot: (n) => get(`/search?q=word${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ victimEveryMs, dice }) => {
    const leftMs = Math.round(8 + 24 * dice[0]);
    return [
      { route: 'GET /search', everyMs: victimEveryMs * 2, shoot: (n) => get(`/search?q=word${n}`) },
      {
        route: 'GET /search',
        everyMs: victimEveryMs * 2,
        budgetMs: leftMs,
        shoot: (n) => get(`/search?q=late${n}`, { 'x-request-timeout-ms': String(leftMs) }),
      },
    ];
  },
};
