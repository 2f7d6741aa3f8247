import type { Place } from '../../../hazard.ts';
import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
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

/** Each with what a number in it means, in ms. */
const KINDS: Readonly<Record<string, { kind: TimeoutKind; unitMs: number; standard?: DefaultId }>> = {
  max_execution_time: { kind: 'statement', unitMs: 1, standard: 'mysql.max_execution_time' },
  // MariaDB's name, in seconds.
  max_statement_time: { kind: 'statement', unitMs: 1000 },
  innodb_lock_wait_timeout: { kind: 'lock', unitMs: 1000, standard: 'mysql.innodb_lock_wait_timeout' },
  wait_timeout: { kind: 'keepalive', unitMs: 1000, standard: 'mysql.wait_timeout' },
  net_read_timeout: { kind: 'body', unitMs: 1000, standard: 'mysql.net_read_timeout' },
  net_write_timeout: { kind: 'send', unitMs: 1000, standard: 'mysql.net_write_timeout' },
  connect_timeout: { kind: 'connect', unitMs: 1000, standard: 'mysql.connect_timeout' },
  // MariaDB's too.
  idle_transaction_timeout: { kind: 'idle-in-transaction', unitMs: 1000 },
};
export const MYSQL_SETTINGS: readonly string[] = [...Object.keys(KINDS), 'interactive_timeout'];
/** Known, and no part of a request's waiting, or of programs that say they are interactive: the mysql client. */
const ELSEWHERE =
  /^(?:interactive_timeout|lock_wait_timeout|slave_net_timeout|replica_net_timeout|rpl_.*|delayed_insert_timeout|innodb_flush_log_at_timeout|innodb_rollback_on_timeout|idle_(?:readonly|write)_transaction_timeout|mysqlx_.*|deadlock_timeout_.*|thread_pool_.*)$/;
const PORT = 3306;

export const mysql: Format = {
  id: 'mysql',
  title: 'MySQL and MariaDB settings (my.cnf)',
  sniff: ({ file, text }) =>
    /(?:^|\/)my[^/]*\.(?:cnf|ini)$|\.cnf$/i.test(file) ||
    (/\.ini$/.test(file) && /^\[(?:mysqld|mariadb|server)/m.test(text)),
  read: readMyCnf,
};

function readMyCnf(file: ConfigFile): Reading {
  const { settings: all, problems } = parseSettings(file, { sections: true, bare: true });
  const settings = all
    .filter(({ section }) => /^(?:mysqld|mariadb|server|mariadbd)/.test(section))
    .map((setting) => ({ ...setting, name: setting.name.replaceAll('-', '_').replace(/^loose_/, '') }));
  const place: Place = { file: file.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const port = Number(settings.findLast(({ name }) => name === 'port')?.value ?? PORT);
  const hop = mysqlHop('mysql', place, settings, [{ port }]);
  const notUnderstood = settings
    .filter(({ name }) => looksLikeTimeout(name) && KINDS[name] === undefined && !ELSEWHERE.test(name))
    .map(({ name, place: at }) => ({ setting: name, place: at }));
  return { ...NOTHING_READ, hops: [hop], notUnderstood, problems: [...problems, ...badMysqlValues(settings)] };
}

/** @param settings names with `_`; the last of a name wins */
export function mysqlHop(name: string, place: Place, settings: readonly Setting[], listens: readonly Endpoint[]): Hop {
  const set = mysqlTimeouts(settings);
  const has = (kind: TimeoutKind) => set.some((timeout) => timeout.kind === kind);
  const remarks = interactiveOnly(settings);
  return {
    id: idAt('mysql', place, `:${name}`),
    name,
    format: 'mysql',
    role: 'database',
    engine: 'mysql',
    place,
    timeouts: [
      ...set,
      ...Object.entries(KINDS).flatMap(([setting, { kind, standard }]) =>
        standard === undefined || has(kind) ? [] : [defaultTimeout(standard, setting, place)],
      ),
    ],
    listens,
    upstreams: [],
    ...(remarks.length > 0 ? { remarks } : {}),
  };
}

/** Of settings with these names; the last of a name wins. */
export function mysqlTimeouts(settings: readonly Setting[]): Timeout[] {
  return Object.entries(KINDS).flatMap(([setting, { kind, unitMs }]): Timeout[] => {
    const found = settings.findLast((it) => it.name === setting);
    return found ? [setTimeoutOf(kind, limitOf(found, unitMs), setting, found.place)] : [];
  });
}

/** dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_interactive_timeout: only of clients that connect with CLIENT_INTERACTIVE, which no driver of programs does by itself. */
function interactiveOnly(settings: readonly Setting[]): Remark[] {
  const found = settings.findLast(({ name }) => name === 'interactive_timeout');
  if (!found || settings.some(({ name }) => name === 'wait_timeout')) return [];
  return [
    {
      rule: VALUE_IGNORED.id,
      severity: 'note',
      message: `interactive_timeout ${found.value} does nothing for programs: their idle connections have wait_timeout, which is not set here (8 h)`,
      help: 'set wait_timeout, above what the pools keep an idle connection',
      place: found.place,
    },
  ];
}

/** Of numbers that MySQL would not take. */
export function badMysqlValues(settings: readonly Setting[]): Reading['problems'] {
  return settings
    .filter(({ name, value }) => KINDS[name] !== undefined && !/^\d+(?:\.\d+)?$/.test(value) && !/[$%{<]/.test(value))
    .map(({ name, value, place: { file, line, column } }) => ({
      file,
      line,
      column,
      message: `${name}: "${value}" is not a number of ${KINDS[name]?.unitMs === 1 ? 'milliseconds' : 'seconds'}, which is what MySQL takes; unknown here`,
    }));
}

function limitOf({ value, name }: Setting, unitMs: number): Limit {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0) return 'unknown';
  return number === 0 && name !== 'innodb_lock_wait_timeout' ? 'none' : number * unitMs;
}
