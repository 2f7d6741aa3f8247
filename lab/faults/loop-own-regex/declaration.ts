import type { Declaration } from '../../src/declaration.ts';
import { get, ONCE_MS } from '../../src/shots.ts';

const PATTERN = /^([a-z]+[ -]?)+$/i;
/** Below this a measurement is mostly the compiler's. */
const TRUSTED_MS = 30;

/** A title the pattern backtracks over for about so long on this machine: every letter doubles the time. */
function longTitle(ms: number): string {
  for (let length = 14; ; length++) {
    const title = 'a'.repeat(length);
    const took = Math.min(...[1, 2].map(() => timeTitle(`${title}!`)));
    if (took >= TRUSTED_MS) return `${'a'.repeat(length + Math.ceil(Math.log2(ms / took)))}!`;
  }
}

function timeTitle(text: string): number {
  const start = performance.now();
  PATTERN.test(text);
  return performance.now() - start;
}

export const loopOwnRegex: Declaration = {
  name: 'loop-own-regex',
  title: "The request's own check of a title backtracks",
  stack: 'Fastify 5',
  cause: 'loop-blocked',
  victim: 'GET /validate',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.6],
  expected: () => ({ cause: 'loop-blocked', culprits: ['isTitle'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /validate', everyMs: victimEveryMs, shoot: (n) => get(`/validate?title=title%20${'abc'[n % 3]}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs }) => {
    const title = longTitle(holdMs);
    return [
      {
        route: 'GET /validate',
        everyMs: ONCE_MS,
        offsetMs: 50,
        shoot: () => get(`/validate?title=${title}`),
      },
    ];
  },
};
