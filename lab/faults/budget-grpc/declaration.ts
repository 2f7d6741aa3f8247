import { paced } from '../../src/database.ts';
import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const STATEMENT_MS = 50;

export const budgetGrpc: Declaration = {
  name: 'budget-grpc',
  title: "The gateway's deadline is all but over when it calls",
  stack: 'Fastify 5, pg Pool, grpc-timeout',
  cause: 'budget-spent-on-arrival',
  victim: 'GET /statements/:id',
  elsewhere: 'GET /',
  severity: [1.3, 3],
  schema: () => paced('statement_lines', 'id int', 'line int, cents int', 'SELECT 1, id', STATEMENT_MS),
  expected: () => ({ cause: 'budget-spent-on-arrival', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /statements/:id', everyMs: victimEveryMs, shoot: (n) => get(`/statements/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ victimEveryMs, dice }) => {
    const leftMs = 5 + 25 * dice[0];
    return [
      {
        route: 'GET /statements/:id',
        everyMs: victimEveryMs,
        budgetMs: leftMs,
        shoot: (n) => get(`/statements/${n}`, { 'grpc-timeout': `${Math.round(leftMs * 1_000)}u` }),
      },
    ];
  },
};
