import type { Declaration } from '../../src/declaration.ts';
import type { Service } from '../../src/service.ts';
import { get, ONCE_MS } from '../../src/shots.ts';

const MEASURED_YEARS = 3;
const TRIES = 3;

/** Has so many years in the archive, and exports them. @returns milliseconds it took */
async function timeExport(service: Service, years: number): Promise<number> {
  service.send({ years });
  const start = performance.now();
  const response = await fetch(`${service.url}/export`);
  await response.text();
  return performance.now() - start;
}

export const loopExportJson: Declaration = {
  name: 'loop-export-json',
  title: 'An export of many years is turned into JSON in one go, on the loop that serves the others',
  stack: 'node:http, axios',
  cause: 'loop-blocked',
  victim: 'GET /rate',
  hungry: true,
  budgetMs: [300, 500],
  severity: [1.3, 1.8],
  partners: { rates: { usualMs: 80 } },
  expected: () => ({ cause: 'loop-blocked', culprits: ['renderExport'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /rate', everyMs: victimEveryMs, shoot: () => get('/rate') },
    { route: 'GET /export', everyMs: neighbourEveryMs * 4, shoot: () => get('/export') },
  ],
  faultTraffic: () => [
    // Those that arrive during the block have not begun yet: only who is under way notices.
    { route: 'GET /rate', everyMs: ONCE_MS, offsetMs: 100, burst: 4, shoot: () => get('/rate') },
    { route: 'GET /export', everyMs: ONCE_MS, offsetMs: 140, shoot: () => get('/export') },
  ],
  async on({ service }, { holdMs }) {
    const times: number[] = [];
    for (let tries = 0; tries < TRIES; tries++) times.push(await timeExport(service, MEASURED_YEARS));
    service.send({ years: Math.ceil((holdMs * MEASURED_YEARS) / Math.min(...times)) });
  },
};
