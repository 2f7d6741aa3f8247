import type { Rule } from '../rule.ts';
import { callInTransaction } from './call-in-transaction.ts';
import { dnsLookup } from './dns-lookup.ts';
import { floatingWork } from './floating-work.ts';
import { leakedConnection } from './leaked-connection.ts';
import { nestedCheckout } from './nested-checkout.ts';
import { poolWithoutAcquireTimeout } from './pool-without-acquire-timeout.ts';
import { queryInLoop } from './query-in-loop.ts';
import { raceLeavesLoser } from './race-leaves-loser.ts';
import { serialAwaits } from './serial-awaits.ts';
import { serverTimeouts } from './server-timeouts.ts';
import { signalNotPassed } from './signal-not-passed.ts';
import { syncInHandler } from './sync-in-handler.ts';
import { unboundedQuery } from './unbounded-query.ts';
import { unboundedRequest } from './unbounded-request.ts';
import { unboundedRetry } from './unbounded-retry.ts';
import { unclearedAbortTimer } from './uncleared-abort-timer.ts';

/** Every rule for JavaScript and TypeScript, one line each. */
export const RULES: readonly Rule[] = [
  unboundedRequest,
  signalNotPassed,
  unboundedQuery,
  poolWithoutAcquireTimeout,
  leakedConnection,
  nestedCheckout,
  callInTransaction,
  unclearedAbortTimer,
  raceLeavesLoser,
  floatingWork,
  serialAwaits,
  queryInLoop,
  syncInHandler,
  unboundedRetry,
  serverTimeouts,
  dnsLookup,
];
