import type { CauseId } from '@holdup/model';
import { LONG_LIST } from './database.ts';
import type { Stream } from './load.ts';
import { checkout, EVERYDAY, everydayWith, get, productAt, report, restock } from './traffic.ts';
import type { World } from './world.ts';

/** Something that goes wrong, and what Holdup, which is not told, should say about it. */
export interface Fault {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** The route whose late requests are looked at. */
  readonly victim: string;
  /** Compared only after the verdict is there. */
  readonly expected: Expected;
  readonly streams: readonly Stream[];
  /** Ends the phase no earlier, ms: some faults come in waves. */
  readonly leastMs?: number;
  switchOn?(world: World): Promise<void> | void;
  switchOff?(world: World): Promise<void> | void;
}

export interface Expected {
  readonly cause: CauseId;
  /** Part of the culprit's name. */
  readonly culprit: string;
  /** Texts the blame chain has to contain. */
  readonly chain?: readonly string[];
}

/** Half as much again as the budget: late beyond doubt, over soon. */
const SLOW_MS = 1_200;
/** c-ares asks again after a second and then ignores the first answer: a slower server would be a dead one. */
const SLOW_NAMES_MS = 900;
const STALL_MS = 3_000;
const HOT_PRODUCT = 7;
const UNKNOWN_PRODUCT = 4_711;
/** Below the budget: a patient client would get its answer in time. */
const SLUGGISH_MS = 600;
const IMPATIENT_MS = 200;

/** The faults in the order they are shown. `longWord` makes the search box think for more than the budget. */
export function listFaults(longWord: string): readonly Fault[] {
  return [...networkFaults(), ...databaseFaults(), ...runtimeFaults(longWord)];
}

function networkFaults(): Fault[] {
  return [
    {
      name: 'slow-resolver',
      title: `The name server takes ${SLOW_NAMES_MS} ms to answer`,
      victim: 'GET /delivery/:id',
      expected: { cause: 'dns-slow', culprit: 'couriers.partners.test' },
      streams: EVERYDAY,
      switchOn: (world) => world.names.setDelay(SLOW_NAMES_MS),
      switchOff: (world) => world.names.setDelay(0),
    },
    {
      name: 'full-backlog',
      title: 'The couriers hang, their accept queue is full: the kernel drops every SYN',
      victim: 'GET /delivery/:id',
      expected: { cause: 'connect-stalled', culprit: 'couriers.partners.test' },
      streams: EVERYDAY,
      leastMs: STALL_MS,
      switchOn: (world) => world.stallCouriers(STALL_MS),
      switchOff: (world) => world.releaseCouriers(),
    },
    {
      name: 'slow-tls',
      title: `The couriers take ${SLOW_MS} ms before their ServerHello`,
      victim: 'GET /delivery/:id',
      expected: { cause: 'tls-slow', culprit: 'couriers.partners.test' },
      streams: EVERYDAY,
      switchOn: (world) => world.behave('couriers', { handshakeMs: SLOW_MS }),
      switchOff: (world) => world.behave('couriers', {}),
    },
    {
      name: 'slow-upstream',
      title: `The price service takes ${SLOW_MS} ms to its first byte`,
      victim: 'GET /cart/:id',
      expected: { cause: 'upstream-slow', culprit: 'prices.partners.test' },
      streams: EVERYDAY,
      switchOn: (world) => world.behave('prices', { firstByteMs: SLOW_MS }),
      switchOff: (world) => world.behave('prices', {}),
    },
    {
      name: 'trickled-body',
      title: `The price service answers at once, its body trickles in over ${SLOW_MS} ms`,
      victim: 'GET /cart/:id',
      expected: { cause: 'upstream-body-slow', culprit: 'prices.partners.test' },
      streams: EVERYDAY,
      switchOn: (world) => world.behave('prices', { bodyMs: SLOW_MS }),
      switchOff: (world) => world.behave('prices', {}),
    },
    {
      name: 'socket-queue',
      title: 'A hundred images at once through the two sockets the HTTP client allows itself',
      victim: 'GET /products/:id/image',
      expected: { cause: 'client-socket-queue', culprit: 'images.partners.test' },
      streams: everydayWith({
        route: 'GET /products/:id/image',
        everyMs: 1_500,
        burst: 100,
        shoot: (n) => get(`/products/${productAt(n)}/image`),
      }),
    },
    {
      name: 'serial-calls',
      title: 'Sixty products to compare, their prices asked for one after another',
      victim: 'GET /compare',
      expected: { cause: 'serial-calls', culprit: 'GET /compare' },
      streams: everydayWith({
        route: 'GET /compare',
        everyMs: 443,
        shoot: () => get(`/compare?ids=${Array.from({ length: 60 }, (_, index) => productAt(index)).join(',')}`),
      }),
    },
  ];
}

function databaseFaults(): Fault[] {
  return [
    {
      name: 'pool-exhausted',
      title: 'Many reports, each keeping its connection through a slow call for the exchange rate',
      victim: 'GET /products/:id',
      expected: { cause: 'db-pool-exhausted', culprit: 'POST /report', chain: ['rates.partners.test'] },
      streams: everydayWith({ route: 'POST /report', everyMs: 100, shoot: report }),
      switchOn: (world) => world.behave('rates', { firstByteMs: 2 * SLOW_MS }),
      switchOff: (world) => world.behave('rates', {}),
    },
    {
      name: 'row-lock',
      title: 'A checkout keeps a stock row locked while the payment service is slow',
      victim: 'PUT /stock/:id',
      expected: { cause: 'db-lock-wait', culprit: 'POST /checkout', chain: ['payments.partners.test'] },
      streams: everydayWith(
        { route: 'POST /checkout', everyMs: 1_700, shoot: () => checkout(HOT_PRODUCT) },
        { route: 'PUT /stock/:id', everyMs: 331, offsetMs: 100, shoot: () => restock(HOT_PRODUCT) },
      ),
      switchOn: (world) => world.behave('payments', { firstByteMs: SLOW_MS + 200 }),
      switchOff: (world) => world.behave('payments', {}),
    },
    {
      name: 'nested-checkout',
      title: 'Many orders at once, each asking the pool for a second connection while holding the first',
      victim: 'GET /orders/:id',
      expected: { cause: 'db-pool-self-deadlock', culprit: 'GET /orders/:id' },
      streams: everydayWith({
        route: 'GET /orders/:id',
        everyMs: 2_000,
        burst: 30,
        shoot: (n) => get(`/orders/${1 + (n % 500)}`),
      }),
    },
    {
      name: 'query-per-row',
      title: 'A very long wish list, one statement per row',
      victim: 'GET /wishlist/:id',
      expected: { cause: 'query-per-row', culprit: 'reviews' },
      streams: everydayWith({ route: 'GET /wishlist/:id', everyMs: 1_200, shoot: () => get(`/wishlist/${LONG_LIST}`) }),
    },
    {
      name: 'forgotten-release',
      title: 'Reviews of products that do not exist: that way out forgets release()',
      victim: 'GET /products/:id',
      expected: { cause: 'db-connection-leak', culprit: 'GET /reviews/:id' },
      streams: everydayWith({
        route: 'GET /reviews/:id',
        everyMs: 100,
        shoot: () => get(`/reviews/${UNKNOWN_PRODUCT}`),
      }),
      // Nothing but a restart gives the connections back, as in production.
      switchOff: (world) => world.restartShop(),
    },
  ];
}

function runtimeFaults(longWord: string): Fault[] {
  return [
    {
      name: 'loop-blocked',
      title: 'A search text that the regular expression of the search box backtracks over',
      victim: 'GET /cart/:id',
      expected: { cause: 'loop-blocked', culprit: 'isSearchText', chain: ['GET /search'] },
      streams: everydayWith(
        { route: 'GET /cart/:id', everyMs: 200, burst: 3, shoot: (n) => get(`/cart/${1 + (n % 20)}`) },
        // Right behind a beat of carts: requests that arrive during the block have not begun yet.
        { route: 'GET /search', everyMs: 2_600, offsetMs: 215, shoot: () => get(`/search?q=${longWord}!`) },
      ),
    },
    {
      name: 'client-disconnect',
      title: `Customers hang up after ${IMPATIENT_MS} ms, the price service takes ${SLUGGISH_MS} ms`,
      victim: 'GET /cart/:id',
      expected: { cause: 'caller-cancelled', culprit: 'caller' },
      streams: everydayWith({
        route: 'GET /cart/:id',
        everyMs: 131,
        abortAfterMs: IMPATIENT_MS,
        shoot: (n) => get(`/cart/${1 + (n % 20)}`),
      }),
      switchOn: (world) => world.behave('prices', { firstByteMs: SLUGGISH_MS }),
      switchOff: (world) => world.behave('prices', {}),
    },
  ];
}
