import { isLower, isMadeOf, isUpper, isWord } from '@holdup/model';

/** Whole messages. */
const SENTENCES: ReadonlySet<string> = new Set([
  // PostgreSQL
  'deadlock detected',
  'sorry, too many clients already',
  // pg and pg-pool
  'timeout exceeded when trying to connect',
  'Query read timeout',
  // Node and undici
  'socket hang up',
  'other side closed',
  'The operation was aborted due to timeout',
  'This operation was aborted',
]);

/** Followed by small letters, blanks and hyphens only. */
const BEGINNINGS = [
  'canceling statement due to ',
  'terminating connection due to ',
  'the database system is ',
  'Connection terminated',
];

/** Followed by anything. */
const FREE_BEGINNINGS = [
  'could not obtain lock on ',
  'Headers Timeout Error',
  'Body Timeout Error',
  'Connect Timeout Error',
];

/** `connect ECONNREFUSED 127.0.0.1:80`, `queryA ENOTFOUND api.example` */
const CALLS: ReadonlySet<string> = new Set(['connect', 'read', 'write', 'getaddrinfo']);

const WITHHELD = '(the message may hold data)';
const MAX_LENGTH = 200;

/**
 * A message of an error if it is one that servers and drivers write of their own accord. Any other may be the program's own
 * words (RAISE in SQL, the reason of an abort) or quote what it sent.
 */
export function ownWords(message: unknown): string {
  if (typeof message !== 'string' || !isOwn(message)) return WITHHELD;
  // Servers quote names and values ("could not obtain lock on relation \"…\""): keep the sentence, drop the quotes.
  return dropQuotes(message.slice(0, MAX_LENGTH));
}

function isOwn(message: string): boolean {
  // One line: what comes after it was added by somebody else.
  if (message.includes('\n')) return false;
  if (SENTENCES.has(message)) return true;
  if (FREE_BEGINNINGS.some((beginning) => message.startsWith(beginning))) return true;
  const beginning = BEGINNINGS.find((each) => message.startsWith(each));
  if (beginning !== undefined) return isMadeOf(message.slice(beginning.length), isPlain);
  const [call = '', code = ''] = message.split(' ', 2);
  const isCall = CALLS.has(call) || (call.startsWith('query') && isMadeOf(call, isWord));
  return isCall && code.length > 1 && code.startsWith('E') && isMadeOf(code, isCodeCharacter);
}

function dropQuotes(text: string): string {
  let kept = '';
  for (let at = 0; at < text.length; ) {
    const quote = text.charAt(at);
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1;
    kept += end < 0 ? quote : '?';
    at = (end < 0 ? at : end) + 1;
  }
  return kept;
}

const BLANK = 32;
const HYPHEN = 45;
const UNDERSCORE = 95;

function isPlain(code: number): boolean {
  return isLower(code) || code === BLANK || code === HYPHEN;
}

function isCodeCharacter(code: number): boolean {
  return isUpper(code) || code === UNDERSCORE;
}
