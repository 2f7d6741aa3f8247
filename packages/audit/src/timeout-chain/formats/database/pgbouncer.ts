import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
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

/** Seconds, fractions allowed; zero switches off. pgbouncer.org/config.html */
const KINDS: Readonly<Record<string, { readonly kind: TimeoutKind; readonly standard?: DefaultId }>> = {
  query_wait_timeout: { kind: 'acquire', standard: 'pgbouncer.query_wait_timeout' },
  query_timeout: { kind: 'statement' },
  transaction_timeout: { kind: 'statement' },
  idle_transaction_timeout: { kind: 'idle-in-transaction' },
  client_idle_timeout: { kind: 'keepalive', standard: 'pgbouncer.client_idle_timeout' },
  server_idle_timeout: { kind: 'upstream-keepalive', standard: 'pgbouncer.server_idle_timeout' },
  server_lifetime: { kind: 'lifetime', standard: 'pgbouncer.server_lifetime' },
  server_connect_timeout: { kind: 'connect', standard: 'pgbouncer.server_connect_timeout' },
};
/** Known, and no part of a request's waiting. */
const ELSEWHERE =
  /^(?:client_login_timeout|autodb_idle_timeout|server_login_retry|suspend_timeout|cancel_wait_timeout|reserve_pool_timeout|server_check_delay|server_fast_close|tcp_.*|dns_.*|(?:client|server)_tls_.*|ldap_.*|query_wait_notify)$/;
const PORT = 6432;
const POSTGRES_PORT = 5432;

export const pgbouncer: Format = {
  id: 'pgbouncer',
  title: 'PgBouncer',
  sniff: ({ file, text }) =>
    /\.(?:ini|cfg|conf)(?:\.(?:tmpl|template|j2))?$/i.test(file) &&
    (/pgbouncer[^/]*$/i.test(file) || /^\[pgbouncer\]/m.test(text)) &&
    /^\[(?:pgbouncer|databases)\]/m.test(text),
  read: readPgbouncer,
};

function readPgbouncer(file: ConfigFile): Reading {
  const { settings, problems } = parseSettings(file, { sections: true, bare: true });
  const own = settings.filter(({ section }) => section === 'pgbouncer');
  const place = own[0]?.place ?? { file: file.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const named = (name: string) => own.findLast((setting) => setting.name === name);
  const set = Object.entries(KINDS).flatMap(([setting, { kind }]): Timeout[] => {
    const found = named(setting);
    return found ? [setTimeoutOf(kind, limitOf(found), setting, found.place)] : [];
  });
  // Of two limits on a statement the shorter one ends it.
  const statements = set.filter(({ kind, ms }) => kind === 'statement' && typeof ms === 'number');
  const shortest = statements.sort((a, b) => Number(a.ms) - Number(b.ms))[0];
  const kept = set.filter((timeout) => timeout.kind !== 'statement' || shortest === undefined || timeout === shortest);
  const hop: Hop = {
    id: idAt('pgbouncer', place),
    name: 'pgbouncer',
    format: 'pgbouncer',
    role: 'pooler',
    engine: 'postgres',
    place,
    timeouts: [
      ...kept,
      ...Object.entries(KINDS).flatMap(([setting, { kind, standard }]) =>
        standard === undefined || set.some((timeout) => timeout.kind === kind)
          ? []
          : [defaultTimeout(standard, setting, place)],
      ),
    ],
    // In a cluster its Service often has its name and PostgreSQL's port.
    listens: [{ port: Number(named('listen_port')?.value ?? PORT) }, { host: 'pgbouncer' }],
    upstreams: upstreamsOf(settings),
    reusesUpstream: true,
    droppedParameters: (named('ignore_startup_parameters')?.value ?? '').split(',').map((name) => name.trim()),
  };
  const notUnderstood = own
    .filter(({ name }) => looksLikeTimeout(name) && KINDS[name] === undefined && !ELSEWHERE.test(name))
    .map(({ name, place: at }) => ({ setting: name, place: at }));
  return { ...NOTHING_READ, hops: [hop], notUnderstood, problems: [...problems, ...badValues(own)] };
}

/** `shop = host=db1,db2 port=5433 dbname=shop`: each server once. */
function upstreamsOf(settings: readonly Setting[]): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { section, value } of settings) {
    if (section !== 'databases') continue;
    const port = Number(/(?:^|\s)port\s*=\s*'?(\d+)/.exec(value)?.[1] ?? POSTGRES_PORT);
    const hosts = /(?:^|\s)host\s*=\s*'?([^\s']+)/.exec(value)?.[1]?.split(',') ?? [];
    for (const host of hosts)
      found.set(`${host}:${port}`, host.startsWith('/') ? { port } : { host: host.toLowerCase(), port });
  }
  return found.size === 0 ? [{ port: POSTGRES_PORT }] : [...found.values()];
}

function limitOf({ value }: Setting): Limit {
  if (!/^\d+(?:\.\d+)?$/.test(value)) return 'unknown';
  return Number(value) === 0 ? 'none' : Number(value) * 1000;
}

function badValues(settings: readonly Setting[]): Reading['problems'] {
  return settings
    .filter(
      (setting) => KINDS[setting.name] !== undefined && limitOf(setting) === 'unknown' && !/[$%{<]/.test(setting.value),
    )
    .map(({ name, value, place: { file, line, column } }) => ({
      file,
      line,
      column,
      message: `${name}: "${value}" is not a number of seconds, which is what PgBouncer takes (as in 120 or 0.5); unknown here`,
    }));
}
