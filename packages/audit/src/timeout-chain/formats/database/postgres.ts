import type { Place, Problem } from '../../../hazard.ts';
import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults.ts';
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
import { Lines } from '../../place.ts';
import { VALUE_IGNORED } from '../../rules/value-ignored.ts';
import { idAt } from '../../trees/limits.ts';
import type { Format } from '../format.ts';
import { parseSettings, type Setting } from './settings-file.ts';

const KINDS: Readonly<Record<string, TimeoutKind>> = {
  statement_timeout: 'statement',
  lock_timeout: 'lock',
  idle_in_transaction_session_timeout: 'idle-in-transaction',
  transaction_timeout: 'lifetime',
};
/** Known, and no part of a request's waiting. */
const ELSEWHERE =
  /^(?:authentication_timeout|deadlock_timeout|checkpoint_timeout|wal_(?:sender|receiver)_timeout|archive_timeout|idle_session_timeout|tcp_.*|client_connection_check_interval|idle_replication_slot_timeout|checkpoint_warning)$/;
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

export const sql: Format = {
  id: 'sql',
  title: 'Timeouts set in SQL',
  sniff: ({ file }) => /\.sql$/i.test(file),
  read: readSql,
};

function readPostgresConf(file: ConfigFile): Reading {
  const { settings, problems } = parseSettings(file, { sections: false, bare: false });
  const place: Place = { file: file.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const port = Number(settings.findLast(({ name }) => name === 'port')?.value ?? PORT);
  const hop = databaseHop('postgresql', place, settings, [{ port }], true);
  const notUnderstood = settings
    .filter(
      ({ name }) => looksLikeTimeout(name) && KINDS[name] === undefined && !ELSEWHERE.test(name) && !name.includes('.'),
    )
    .map(({ name, place: at }) => ({ setting: name, place: at }));
  return { ...NOTHING_READ, hops: [hop], notUnderstood, problems: [...problems, ...badValues(settings)] };
}

/** @param whole what is not set has its default; else somebody else may set it */
export function databaseHop(
  name: string,
  place: Place,
  settings: readonly Setting[],
  listens: readonly Endpoint[],
  whole: boolean,
): Hop {
  // The last line that names a setting wins.
  const set = Object.entries(KINDS).flatMap(([setting, kind]): Timeout[] => {
    const found = settings.findLast((it) => it.name === setting);
    return found ? [setTimeoutOf(kind, limitOf(found.value), setting, found.place)] : [];
  });
  const missing = DEFAULTS.map((id) => defaultTimeout(id, id.slice('postgres.'.length), place)).filter(
    ({ kind }) => !set.some((timeout) => timeout.kind === kind),
  );
  const ended = endedByTransaction(set);
  return {
    id: idAt('postgres', place, `:${name}`),
    name,
    format: 'postgres',
    role: 'database',
    place,
    timeouts: [...ended.timeouts, ...set, ...(whole ? missing : [])],
    listens,
    upstreams: [],
    ...(ended.remarks.length > 0 ? { remarks: ended.remarks } : {}),
  };
}

/** PostgreSQL 17 and later: of these, what is not shorter than `transaction_timeout` never fires. postgresql.org/docs/current/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT */
function endedByTransaction(set: readonly Timeout[]): { timeouts: Timeout[]; remarks: Remark[] } {
  const whole = set.find(({ setting }) => setting === 'transaction_timeout');
  if (typeof whole?.ms !== 'number') return { timeouts: [], remarks: [] };
  const { ms } = whole;
  const longer = set.filter(
    (timeout) => timeout !== whole && timeout.kind !== 'lock' && typeof timeout.ms === 'number' && timeout.ms >= ms,
  );
  const statement = set.find(({ kind }) => kind === 'statement');
  const isBound = statement === undefined || statement.ms === 'none' || longer.includes(statement);
  return {
    // It ends the session, and a statement with it.
    timeouts: isBound ? [{ ...whole, kind: 'statement' }] : [],
    remarks: longer.map(({ setting, ms: limit, place }) => ({
      rule: VALUE_IGNORED.id,
      message: `${setting} ${showLimit(limit)} never fires: transaction_timeout ${showLimit(ms)} ends the session before (PostgreSQL 17 and later)`,
      help: `${setting} below ${showLimit(ms)}, so that a statement is cancelled and the connection survives; or no transaction_timeout`,
      place,
    })),
  };
}

function limitOf(written: string): Limit {
  const ms = parsePostgresDuration(written, 1);
  return ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms;
}

function badValues(settings: readonly Setting[]): Problem[] {
  return settings
    .filter(({ name, value }) => KINDS[name] !== undefined && limitOf(value) === 'unknown' && !/[$%{<]/.test(value))
    .map(({ name, value, place: { file, line, column } }) => ({
      file,
      line,
      column,
      message: `${name}: "${value}" is not a duration PostgreSQL takes (as in 5s, 5000, '1min'); unknown here`,
    }));
}

/** `ALTER ROLE app SET statement_timeout = '5s'`, `SET statement_timeout TO 0`, MySQL's `SET GLOBAL max_execution_time = 5000`. */
const SET =
  /\b(?:alter\s+(role|user|database|system)\s+(?:("[^"]+"|[\w$]+)\s+(?:in\s+database\s+\S+\s+)?)?)?set\s+(?:(?:global|session|local|persist)\s+|@@(?:global|session)\.)?(statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|max_execution_time|innodb_lock_wait_timeout)\s*(?:=|\bto\b)\s*('[^']*'|[^\s;]+)/gi;

function readSql(file: ConfigFile): Reading {
  const lines = new Lines(file.file, file.text);
  // Comments become blanks of the same length, so that places stay.
  const text = file.text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
  const bySubject = new Map<string, Setting[]>();
  for (const found of text.matchAll(SET)) {
    const [whole, scope = '', name = '', setting = '', value = ''] = found;
    // `SET LOCAL` in a migration bounds that migration, not the service's statements.
    if (scope === '') continue;
    const subject = `${scope.toLowerCase()} ${name.replaceAll('"', '')}`.trim();
    const one: Setting = {
      name: setting.toLowerCase(),
      value: value.replaceAll("'", ''),
      section: subject,
      place: lines.place(found.index, found.index + whole.length),
    };
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), one]);
  }
  const hops = [...bySubject].map(([subject, settings]) =>
    databaseHop(subject, settings[0]?.place ?? lines.place(0, 0), settings, [], false),
  );
  return { ...NOTHING_READ, hops, problems: badValues([...bySubject.values()].flat()) };
}
