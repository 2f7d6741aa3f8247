import type { Place, Problem } from '../../../hazard.ts';
import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { parsePostgresDuration, showLimit } from '../../durations.ts';
import {
  type ConfigFile,
  type Endpoint,
  type Hop,
  type Limit,
  looksLikeTimeout,
  NOTHING_READ,
  type Reading,
  type Remark,
  type Timeout,
  type TimeoutKind,
} from '../../hop.ts';
import { VALUE_IGNORED } from '../../rules/value-ignored.ts';
import { idAt } from '../../trees/limits.ts';
import type { Format } from '../format.ts';
import { parseSettings, type Setting } from './settings-file.ts';

/** All count in milliseconds where no unit is written. */
const KINDS: Readonly<Record<string, TimeoutKind>> = {
  statement_timeout: 'statement',
  lock_timeout: 'lock',
  idle_in_transaction_session_timeout: 'idle-in-transaction',
  transaction_timeout: 'lifetime',
  idle_session_timeout: 'keepalive',
  deadlock_timeout: 'deadlock',
};
export const POSTGRES_SETTINGS: readonly string[] = Object.keys(KINDS);
/** Known, and no part of a request's waiting. */
const ELSEWHERE =
  /^(?:authentication_timeout|checkpoint_timeout|wal_(?:sender|receiver)_timeout|archive_timeout|tcp_.*|client_connection_check_interval|idle_replication_slot_timeout|checkpoint_warning)$/;
const DEFAULTS: readonly DefaultId[] = [
  'postgres.statement_timeout',
  'postgres.lock_timeout',
  'postgres.idle_in_transaction_session_timeout',
];
const PORT = 5432;

export const postgres: Format = {
  id: 'postgres',
  title: 'PostgreSQL settings (postgresql.conf)',
  sniff: ({ file, text }) =>
    /(?:^|\/)(?:postgresql|postgres)[^/]*\.(?:conf|sample)$|postgresql\.auto\.conf$/i.test(file) ||
    (/\.conf$/.test(file) &&
      /^\s*#?\s*(?:statement_timeout|shared_buffers|max_connections|listen_addresses)\s*=/m.test(text) &&
      !/[{}]/.test(text)),
  read: readPostgresConf,
};

function readPostgresConf(file: ConfigFile): Reading {
  const { settings, problems } = parseSettings(file, { sections: false, bare: false });
  const place: Place = { file: file.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const port = Number(settings.findLast(({ name }) => name === 'port')?.value ?? PORT);
  const hop = postgresHop('postgresql', place, settings, [{ port }], true);
  const notUnderstood = settings
    .filter(
      ({ name }) => looksLikeTimeout(name) && KINDS[name] === undefined && !ELSEWHERE.test(name) && !name.includes('.'),
    )
    .map(({ name, place: at }) => ({ setting: name, place: at }));
  return { ...NOTHING_READ, hops: [hop], notUnderstood, problems: [...problems, ...badPostgresValues(settings)] };
}

/** @param whole what is not set has its default; else somebody else may set it */
export function postgresHop(
  name: string,
  place: Place,
  settings: readonly Setting[],
  listens: readonly Endpoint[],
  whole: boolean,
): Hop {
  const set = postgresTimeouts(settings);
  const missing = DEFAULTS.map((id) => defaultTimeout(id, id.slice('postgres.'.length), place)).filter(
    ({ kind }) => !set.some((timeout) => timeout.kind === kind),
  );
  const remarks = neverFiring(set);
  return {
    id: idAt('postgres', place, `:${name}`),
    name,
    format: 'postgres',
    role: 'database',
    engine: 'postgres',
    place,
    timeouts: [...endedByTransaction(set), ...set, ...(whole ? missing : [])],
    listens,
    upstreams: [],
    ...(remarks.length > 0 ? { remarks } : {}),
  };
}

/** Of settings with these names; the last line that names a setting wins. */
export function postgresTimeouts(settings: readonly Setting[]): Timeout[] {
  return Object.entries(KINDS).flatMap(([setting, kind]): Timeout[] => {
    const found = settings.findLast((it) => it.name === setting);
    return found ? [setTimeoutOf(kind, limitOf(found.value), setting, found.place)] : [];
  });
}

function limitNamed(set: readonly Timeout[], name: string): number | undefined {
  const ms = set.find(({ setting }) => setting === name)?.ms;
  return typeof ms === 'number' ? ms : undefined;
}

/** PostgreSQL 17 and later: it ends the session, and a statement with it, where no shorter limit does. */
function endedByTransaction(set: readonly Timeout[]): Timeout[] {
  const whole = set.find(({ setting }) => setting === 'transaction_timeout');
  if (typeof whole?.ms !== 'number') return [];
  const statement = set.find(({ kind }) => kind === 'statement');
  const shorter = typeof statement?.ms === 'number' && statement.ms < whole.ms;
  return shorter ? [] : [{ ...whole, kind: 'statement' }];
}

interface Order {
  /** Never fires where it is not shorter. */
  readonly late: string;
  readonly first: string;
  readonly does: string;
  readonly help: string;
}

/** postgresql.org/docs/current/runtime-config-client.html and runtime-config-locks.html */
const ORDERS: readonly Order[] = [
  ...['statement_timeout', 'idle_in_transaction_session_timeout'].map((late) => ({
    late,
    first: 'transaction_timeout',
    does: 'ends the session before (PostgreSQL 17 and later)',
    help: 'so that a statement is cancelled and the connection survives; or no transaction_timeout',
  })),
  {
    late: 'lock_timeout',
    first: 'statement_timeout',
    does: 'cancels the statement before, and nothing says that a lock was what it waited for',
    help: 'so that a wait for a lock is told from slow work',
  },
  {
    late: 'deadlock_timeout',
    first: 'statement_timeout',
    does: 'cancels both statements of a deadlock before the server looks for one',
    help: 'so that a deadlock costs one of the two, at once, and is named as such',
  },
  {
    late: 'deadlock_timeout',
    first: 'lock_timeout',
    does: 'ends the wait before the server looks for a deadlock',
    help: 'so that a deadlock is named as such',
  },
];

function neverFiring(set: readonly Timeout[]): Remark[] {
  return ORDERS.flatMap(({ late, first, does, help }) => {
    const timeout = set.find(({ setting }) => setting === late);
    const [lateMs, firstMs] = [limitNamed(set, late), limitNamed(set, first)];
    if (!timeout || lateMs === undefined || firstMs === undefined || lateMs < firstMs) return [];
    return [
      {
        rule: VALUE_IGNORED.id,
        message: `${late} ${showLimit(lateMs)} never fires: ${first} ${showLimit(firstMs)} ${does}`,
        help: `${late} below ${showLimit(firstMs)}, ${help}`,
        place: timeout.place,
      },
    ];
  });
}

function limitOf(written: string): Limit {
  const ms = parsePostgresDuration(written, 1);
  return ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms;
}

export function badPostgresValues(settings: readonly Setting[]): Problem[] {
  return settings
    .filter(({ name, value }) => KINDS[name] !== undefined && limitOf(value) === 'unknown' && !/[$%{<]/.test(value))
    .map(({ name, value, place: { file, line, column } }) => ({
      file,
      line,
      column,
      message: `${name}: "${value}" is not a duration PostgreSQL takes (as in 5s, 5000, '1min'); unknown here`,
    }));
}
