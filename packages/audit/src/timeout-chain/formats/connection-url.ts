import type { Place } from '../../hazard.ts';
import { setTimeoutOf } from '../defaults.ts';
import { parsePostgresDuration } from '../durations.ts';
import type { Limit, Timeout, TimeoutKind } from '../hop.ts';

const SETTINGS: Readonly<Record<string, TimeoutKind>> = {
  statement_timeout: 'statement',
  lock_timeout: 'lock',
  idle_in_transaction_session_timeout: 'idle-in-transaction',
  max_execution_time: 'statement',
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
    else if (name === 'connect_timeout') found.push(setTimeoutOf('connect', limit(value, 1000), name, place));
    else if (name === 'options') {
      for (const [, setting = '', written = ''] of value.matchAll(/(?:-c\s*|--)([\w-]+)=([^\s]+)/g)) {
        const inside = SETTINGS[setting.replaceAll('-', '_')];
        if (inside !== undefined) found.push(setTimeoutOf(inside, limit(written, 1), setting, place));
      }
    }
  }
  return found;
}

function limit(written: string, bareMs: number): Limit {
  const ms = parsePostgresDuration(written, bareMs);
  return ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms;
}
