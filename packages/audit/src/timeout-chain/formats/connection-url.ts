import type { Place } from '../../hazard.ts';
import { setTimeoutOf } from '../defaults/index.ts';
import { parsePostgresDuration } from '../durations.ts';
import type { Limit, Session, Timeout, TimeoutKind } from '../hop.ts';

const SETTINGS: Readonly<Record<string, TimeoutKind>> = {
  statement_timeout: 'statement',
  lock_timeout: 'lock',
  idle_in_transaction_session_timeout: 'idle-in-transaction',
  transaction_timeout: 'statement',
  query_timeout: 'query',
  max_execution_time: 'statement',
};

const MONGODB: Readonly<Record<string, TimeoutKind>> = {
  waitQueueTimeoutMS: 'acquire',
  connectTimeoutMS: 'connect',
  timeoutMS: 'query',
  socketTimeoutMS: 'query',
  maxIdleTimeMS: 'upstream-keepalive',
};

/**
 * Timeouts in a connection URL: as parameters (`?statement_timeout=5000`) and as PostgreSQL's `options=-c statement_timeout=5s`.
 * `connect_timeout` and `pool_timeout` (Prisma) count in seconds.
 */
export function urlTimeouts(url: string, place: Place): Timeout[] {
  const query = url.slice(url.indexOf('?') + 1);
  if (!url.includes('?')) return [];
  const found: Timeout[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    const kind = SETTINGS[name];
    if (kind !== undefined) found.push(setTimeoutOf(kind, limit(value, 1), name, place));
    else if (name === 'pool_timeout') found.push(setTimeoutOf('acquire', limit(value, 1000), name, place));
    else if (name === 'socket_timeout') found.push(setTimeoutOf('query', limit(value, 1000), name, place));
    else if (MONGODB[name] !== undefined) found.push(setTimeoutOf(MONGODB[name], limit(value, 1), name, place));
    else if (name === 'connect_timeout') found.push(setTimeoutOf('connect', limit(value, 1000), name, place));
    else if (name === 'options') found.push(...optionTimeouts(value, place));
  }
  return found;
}

/** `-c statement_timeout=5s --lock_timeout=2s`, as PostgreSQL's `options` and PGOPTIONS have them. */
export function optionTimeouts(options: string, place: Place): Timeout[] {
  return [...options.matchAll(/(?:-c\s*|--)([\w-]+)=([^\s]+)/g)].flatMap(([, setting = '', written = '']) => {
    const kind = SETTINGS[setting.replaceAll('-', '_')];
    return kind === undefined ? [] : [setTimeoutOf(kind, limit(written, 1), setting, place)];
  });
}

function limit(written: string, bareMs: number): Limit {
  const ms = parsePostgresDuration(written, bareMs);
  return ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms;
}

/** As whom an address connects, and to which database. Its password is not looked at. */
export function sessionIn(url: string): Session {
  const [, user, database] = /^[a-z0-9+]+:\/\/(?:([^:@/?#]*)(?::[^@/?#]*)?@)?[^/?#]*(?:\/([^?#]*))?/i.exec(url) ?? [];
  return {
    ...(user === undefined || user === '' || /[${}]/.test(user) ? {} : { user: decoded(user) }),
    ...(database === undefined || database === '' || /[${}]/.test(database) ? {} : { database: decoded(database) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
