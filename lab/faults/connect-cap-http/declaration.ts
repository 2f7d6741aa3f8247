import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const ADDRESSES = 6;
const CAP_MS = 250;
/** Longer than the cap, and over before Linux sends the lost SYN again at 1 s: who waits for the first address gets it. */
const FIRST_STALLS_MS = 850;
/** The last address is asked after five caps and drops that SYN too; it answers the one sent again a second later. */
const OTHERS_STALL_MS = (ADDRESSES - 1) * CAP_MS + 750;

export const connectCapHttp: Declaration = {
  name: 'connect-cap-http',
  title:
    "Six addresses of the edge are tried for 250 ms each and in vain, where the first would have answered a second's wait",
  stack: 'Express 5, axios over an http.Agent with its own lookup (dns.Resolver)',
  cause: 'connect-attempt-cap',
  victim: 'GET /banners/:id',
  elsewhere: 'GET /',
  // More than the second after which the first address answers, less than the two that all of them take together.
  budgetMs: [1_700, 1_950],
  severity: [1.2, 1.4],
  partners: { edge: { named: true, stalls: true, addresses: ADDRESSES } },
  expected: (_, world) => ({ cause: 'connect-attempt-cap', culprits: [world.partner('edge').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /banners/:id', everyMs: victimEveryMs, shoot: (n) => get(`/banners/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('edge').stall(FIRST_STALLS_MS, OTHERS_STALL_MS),
};
