import { bodyNotClosed } from './body-not-closed.ts';
import { clientWithoutTimeout } from './client-without-timeout.ts';
import { contextInStruct } from './context-in-struct.ts';
import { contextNotPassed } from './context-not-passed.ts';
import { contextStringKey } from './context-string-key.ts';
import { goroutineWithoutContext } from './goroutine-without-context.ts';
import { lostCancel } from './lost-cancel.ts';
import { mutexOverIo } from './mutex-over-io.ts';
import { nestedContext } from './nested-context.ts';
import { noContext } from './no-context.ts';
import { poolLimits } from './pool-limits.ts';
import { rowsErrUnchecked } from './rows-err-unchecked.ts';
import { rowsNotClosed } from './rows-not-closed.ts';
import type { GoRule } from './rule.ts';
import { serverWithoutTimeouts } from './server-without-timeouts.ts';
import { txWithoutRollback } from './tx-without-rollback.ts';
import { writerAfterHandler } from './writer-after-handler.ts';

export const GO_RULES: readonly GoRule[] = [
  noContext,
  contextNotPassed,
  lostCancel,
  bodyNotClosed,
  rowsNotClosed,
  rowsErrUnchecked,
  txWithoutRollback,
  goroutineWithoutContext,
  writerAfterHandler,
  serverWithoutTimeouts,
  clientWithoutTimeout,
  poolLimits,
  mutexOverIo,
  contextStringKey,
  contextInStruct,
  nestedContext,
];
