import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const ADDRESSES = 5;
const CAP_MS = 250;
/** Longer than the cap, and over before Linux sends the lost SYN again at 1 s: who waits for the first address gets it. */
const FIRST_STALLS_MS = 850;
/** The last address is asked after four caps and drops that SYN too; it answers the one sent again a second later. */
const OTHERS_STALL_MS = (ADDRESSES - 1) * CAP_MS + 750;

export const connectCapUndici: Declaration = {
  name: 'connect-cap-undici',
  title: 'Each replica gets 250 ms to accept, gets one SYN in that time, and loses it; a second would have done',
  stack: 'Fastify, undici with its own lookup (dns.Resolver)',
  cause: 'connect-attempt-cap',
  victim: 'GET /settings/:key',
  elsewhere: 'GET /',
  // More than the second after which the first address answers, less than the two that all of them take together.
  budgetMs: [1_480, 1_750],
  severity: [1.2, 1.5],
  partners: { replicas: { named: true, stalls: true, addresses: ADDRESSES } },
  expected: (_, world) => ({ cause: 'connect-attempt-cap', culprits: [world.partner('replicas').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /settings/:key', everyMs: victimEveryMs, shoot: (n) => get(`/settings/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world) => world.partner('replicas').stall(FIRST_STALLS_MS, OTHERS_STALL_MS),
};
