import type { Place } from '../../../hazard.ts';
import { defaultTimeout, setTimeoutOf } from '../../defaults.ts';
import {
  type ConfigFile,
  type Endpoint,
  type Hop,
  type Limit,
  looksLikeTimeout,
  NOTHING_READ,
  type Reading,
  type Timeout,
  type TimeoutKind,
} from '../../hop.ts';
import { idAt } from '../../trees/limits.ts';
import type { Format } from '../format.ts';
import { parseSettings, type Setting } from './settings-file.ts';

/** Each with what a number in it means, in ms. */
const KINDS: Readonly<Record<string, { kind: TimeoutKind; unitMs: number }>> = {
  max_execution_time: { kind: 'statement', unitMs: 1 },
  // MariaDB's name, in seconds.
  max_statement_time: { kind: 'statement', unitMs: 1000 },
  innodb_lock_wait_timeout: { kind: 'lock', unitMs: 1000 },
  wait_timeout: { kind: 'keepalive', unitMs: 1000 },
};
const ELSEWHERE =
  /^(?:interactive_timeout|net_(?:read|write)_timeout|connect_timeout|lock_wait_timeout|slave_net_timeout|replica_net_timeout|rpl_.*|delayed_insert_timeout|innodb_flush_log_at_timeout|innodb_rollback_on_timeout|idle_(?:readonly_|write_)?transaction_timeout|mysqlx_.*|deadlock_timeout_.*|thread_pool_.*)$/;
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
  return { ...NOTHING_READ, hops: [hop], notUnderstood, problems };
}

/** @param settings names with `_`; the last of a name wins */
export function mysqlHop(name: string, place: Place, settings: readonly Setting[], listens: readonly Endpoint[]): Hop {
  const set = Object.entries(KINDS).flatMap(([setting, { kind, unitMs }]): Timeout[] => {
    const found = settings.findLast((it) => it.name === setting);
    return found ? [setTimeoutOf(kind, limitOf(found, unitMs), setting, found.place)] : [];
  });
  const has = (kind: TimeoutKind) => set.some((timeout) => timeout.kind === kind);
  return {
    id: idAt('mysql', place),
    name,
    format: 'mysql',
    role: 'database',
    place,
    timeouts: [
      ...set,
      ...(has('statement') ? [] : [defaultTimeout('mysql.max_execution_time', 'max_execution_time', place)]),
      ...(has('lock') ? [] : [defaultTimeout('mysql.innodb_lock_wait_timeout', 'innodb_lock_wait_timeout', place)]),
    ],
    listens,
    upstreams: [],
  };
}

function limitOf({ value, name }: Setting, unitMs: number): Limit {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0) return 'unknown';
  return number === 0 && name !== 'innodb_lock_wait_timeout' ? 'none' : number * unitMs;
}
