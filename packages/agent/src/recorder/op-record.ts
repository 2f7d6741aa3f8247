import type { Op, OpFailure, OpId } from '@holdup/model';
import { OPEN } from '../clock.ts';
import type { Cut } from './cut.ts';
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

/** Whether an error of any library says that a timer ended the wait. */
export function isTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  if (name === 'TimeoutError') return true;
  if (typeof code === 'string' && TIMEOUT_CODES.has(code)) return true;
  return typeof message === 'string' && /time(d )?[- ]?out/i.test(message);
}

/**
 * What servers and drivers say of their own accord. Any other message may be the program's own words (RAISE in SQL, the reason
 * of an abort) or quote what it sent.
 */
const OWN_WORDS = new RegExp(
  `^(?:${[
    // PostgreSQL
    'canceling statement due to [a-z -]+',
    'could not obtain lock on .*',
    'deadlock detected',
    'terminating connection due to [a-z -]+',
    'sorry, too many clients already',
    'the database system is [a-z ]+',
    // pg and pg-pool
    'timeout exceeded when trying to connect',
    'Connection terminated[a-z -]*',
    'Query read timeout',
    // Node and undici
    'socket hang up',
    'other side closed',
    '(?:Headers|Body|Connect) Timeout Error.*',
    'The operation was aborted due to timeout',
    'This operation was aborted',
    '(?:connect|read|write|getaddrinfo|query\\w+) E[A-Z_]+.*',
  ].join('|')})$`,
);
const WITHHELD = '(the message may hold data)';

/** An error as the model keeps it: its name, code and a message without what a request carried. */
export function failureOf(error: unknown): OpFailure {
  const { name, code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const isKept = typeof message === 'string' && OWN_WORDS.test(message);
  return {
    name: typeof name === 'string' ? name : 'Error',
    ...(typeof code === 'string' ? { code } : {}),
    // Servers quote names and values ("could not obtain lock on relation \"…\""): keep the sentence, drop the quotes.
    message: isKept ? message.replace(/"[^"]*"|'[^']*'/g, '?').slice(0, 200) : WITHHELD,
    timeout: isTimeout(error),
    aborted: name === 'AbortError' || code === 'ABORT_ERR' || code === 'UND_ERR_ABORTED',
  };
}
