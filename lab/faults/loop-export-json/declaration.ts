import type { Declaration } from '../../src/declaration.ts';
import { machineMs } from '../../src/machine.ts';
import { get } from '../../src/shots.ts';

/** Rough milliseconds of one year's export on an idle machine of the kind the lab's clock is scaled by. */
const YEAR_MS = 14;

export const loopExportJson: Declaration = {
  name: 'loop-export-json',
  title: 'An export of many years is turned into JSON in one go, on the loop that serves the others',
  stack: 'node:http, axios',
  cause: 'loop-blocked',
  victim: 'GET /rate',
  severity: [1.3, 2.2],
  partners: { rates: { usualMs: 80 } },
  expected: () => ({ cause: 'loop-blocked', culprits: ['renderExport'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /rate', everyMs: victimEveryMs, shoot: () => get('/rate') },
    { route: 'GET /export', everyMs: neighbourEveryMs * 4, shoot: () => get('/export?years=1') },
  ],
  faultTraffic: ({ holdMs }) => [
    // Those that arrive during the block have not begun yet: only who is under way notices.
    { route: 'GET /rate', everyMs: holdMs * 1.6, offsetMs: 100, burst: 4, steady: true, shoot: () => get('/rate') },
    {
      route: 'GET /export',
      everyMs: holdMs * 1.6,
      offsetMs: 140,
      steady: true,
      shoot: () => get(`/export?years=${Math.max(1, Math.round(holdMs / machineMs(YEAR_MS)))}`),
    },
  ],
};
