import type { Op, OpFailure, OpId } from '@holdup/model';
import { OPEN } from '../clock.ts';
import type { RawStack } from './call-sites.ts';
import type { Cut } from './cut.ts';
import { ownWords } from './own-words.ts';
import type { RequestRecord } from './request-record.ts';

/**
 * One op as the hot path writes it: the probe's subclass holds what it saw, as cheaply as it can, and becomes a
 * model op only when a late request is looked at.
 */
export abstract class OpRecord {
  readonly request: RequestRecord;
  readonly start: number;
  end = OPEN;
  failure: unknown = undefined;
  /** The op of the same request that this one is a part of. */
  parent: OpRecord | undefined = undefined;
  /** Number of the stack that began it, while deeper recording is on. */
  stack = -1;
  /** Where it began, of some that are open: see `OpSites`. */
  site: RawStack | undefined = undefined;

  constructor(request: RequestRecord, start: number) {
    this.request = request;
    this.start = start;
  }

  /** What earlier ops are compared with: same key, same sort of work. Undefined: nothing to compare. */
  abstract usualKey(): string | undefined;

  /** Cold: called when a recording is cut. */
  abstract toOp(id: OpId, cut: Cut): Op;
}

const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  // statement_timeout and lock_timeout of PostgreSQL
  '57014',
  '55P03',
]);

const TIMEOUT_WORDS = ['timeout', 'timed out', 'time out', 'time-out'];

/** Whether an error of any library says that a timer ended the wait. */
export function isTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  if (name === 'TimeoutError') return true;
  if (typeof code === 'string' && TIMEOUT_CODES.has(code)) return true;
  if (typeof message !== 'string') return false;
  const text = message.toLowerCase();
  return TIMEOUT_WORDS.some((words) => text.includes(words));
}

/** An error as the model keeps it: its name, code and a message without what a request carried. */
export function failureOf(error: unknown): OpFailure {
  const { name, code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return {
    name: typeof name === 'string' ? name : 'Error',
    ...(typeof code === 'string' ? { code } : {}),
    message: ownWords(message),
    timeout: isTimeout(error),
    aborted: name === 'AbortError' || code === 'ABORT_ERR' || code === 'UND_ERR_ABORTED',
  };
}
