import type { Cause } from '../cause.ts';
import { budgetSpentOnArrival } from './budget-spent-on-arrival.ts';
import { callerCancelled } from './caller-cancelled.ts';
import { clientSocketQueue } from './client-socket-queue.ts';
import { connectAttemptCap } from './connect-attempt-cap.ts';
import { connectStalled } from './connect-stalled.ts';
import { connectionResetOnReuse } from './connection-reset-on-reuse.ts';
import { dbConnectSlow } from './db-connect-slow.ts';
import { dbConnectionLeak } from './db-connection-leak.ts';
import { dbLockWait } from './db-lock-wait.ts';
import { dbPoolExhausted } from './db-pool-exhausted.ts';
import { dbPoolSelfDeadlock } from './db-pool-self-deadlock.ts';
import { dbQuerySlow } from './db-query-slow.ts';
import { deadlineNotPropagated } from './deadline-not-propagated.ts';
import { dnsQueueStarved } from './dns-queue-starved.ts';
import { dnsSlow } from './dns-slow.ts';
import { gcPressure } from './gc-pressure.ts';
import { lateTimer } from './late-timer.ts';
import { lockContention } from './lock-contention.ts';
import { loopBlocked } from './loop-blocked.ts';
import { loopSaturated } from './loop-saturated.ts';
import { queryPerRow } from './query-per-row.ts';
import { retryExhausted } from './retry-exhausted.ts';
import { serialCalls } from './serial-calls.ts';
import { serverTimeout } from './server-timeout.ts';
import { slowReader } from './slow-reader.ts';
import { slowUpload } from './slow-upload.ts';
import { threadpoolStarved } from './threadpool-starved.ts';
import { timeoutInversion } from './timeout-inversion.ts';
import { tlsSlow } from './tls-slow.ts';
import { upstreamBodySlow } from './upstream-body-slow.ts';
import { upstreamSlow } from './upstream-slow.ts';
import { workAfterCancel } from './work-after-cancel.ts';
import { workerQueue } from './worker-queue.ts';

/** Every cause that is asked about a late request. Their order decides nothing. */
export const CAUSES: readonly Cause[] = [
  dnsSlow,
  dnsQueueStarved,
  connectStalled,
  connectAttemptCap,
  tlsSlow,
  upstreamSlow,
  upstreamBodySlow,
  clientSocketQueue,
  connectionResetOnReuse,
  dbPoolExhausted,
  dbPoolSelfDeadlock,
  dbConnectionLeak,
  dbConnectSlow,
  dbQuerySlow,
  dbLockWait,
  queryPerRow,
  deadlineNotPropagated,
  timeoutInversion,
  retryExhausted,
  serialCalls,
  budgetSpentOnArrival,
  callerCancelled,
  lateTimer,
  workAfterCancel,
  loopBlocked,
  loopSaturated,
  gcPressure,
  threadpoolStarved,
  slowUpload,
  lockContention,
  workerQueue,
  slowReader,
  serverTimeout,
];
