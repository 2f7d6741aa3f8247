import type { Declaration } from '../../src/declaration.ts';
import type { Plan } from '../../src/plan.ts';
import { get, ONCE_MS, post } from '../../src/shots.ts';

/** Between five and fifteen milliseconds of work, then everybody else's turn. */
function pieceMs({ dice }: Plan): number {
  return 5 + 10 * dice[0];
}

/** The first passes run before the code is compiled: the service's, which is warm, would be done sooner. */
const WARM_PASSES = 60;

function passesFor(ms: number): number {
  const pixels = new Float64Array(50_000).fill(1);
  const times = Array.from({ length: WARM_PASSES }, () => {
    const start = performance.now();
    for (let i = 1; i < pixels.length - 1; i++) {
      pixels[i] = ((pixels[i - 1] ?? 0) + (pixels[i] ?? 0) + (pixels[i + 1] ?? 0)) / 3;
    }
    return performance.now() - start;
  });
  return Math.max(1, Math.round(ms / Math.min(...times)));
}

/** Turns of the loop a victim needs: four calls, each written, answered and read. */
const TURNS = 12;

/** So many that a victim's turns take `holdMs` together. */
function renders(plan: Plan): number {
  return Math.max(2, Math.round(plan.holdMs / TURNS / pieceMs(plan)));
}

/** Longer than those victims that come at its beginning. */
const LASTS = 1.8;

function tiles(plan: Plan): number {
  return Math.ceil((LASTS * plan.holdMs) / renders(plan) / pieceMs(plan));
}

export const saturatedChunks: Declaration = {
  name: 'saturated-chunks',
  title: 'Renderings in pieces of some milliseconds, back to back: never a long run, never a free loop',
  stack: 'Fastify 5, setImmediate, global fetch',
  cause: 'loop-saturated',
  victim: 'GET /quotes/:id',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.6, 2.2],
  partners: { quotes: { usualMs: 4 } },
  expected: () => ({ cause: 'loop-saturated', culprits: ['POST /render'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /quotes/:id', everyMs: victimEveryMs, shoot: (n) => get(`/quotes/${n}`) },
    { route: 'POST /render', everyMs: neighbourEveryMs * 2, shoot: () => post('/render?tiles=2') },
  ],
  faultTraffic: (plan) => [
    {
      route: 'POST /render',
      everyMs: ONCE_MS,
      offsetMs: 0,
      burst: renders(plan),
      shoot: () => post(`/render?tiles=${tiles(plan)}`),
    },
  ],
  on: (world, plan) => world.service.send({ tileWork: passesFor(pieceMs(plan)) }),
};
