import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { parseGoDuration, parsePostgresDuration } from '../../durations.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Engine, Hop, Limit, Session, Timeout, TimeoutKind } from '../../hop.ts';
import { namedChildren, type SyntaxNode } from '../../trees/grammar.ts';
import { idAt } from '../../trees/limits.ts';
import { sessionIn, urlTimeouts } from '../connection-url.ts';
import { nameOf, nodesOf, placeOf, type Source } from './source.ts';

/** Calls that make a pool, and which argument is the address. */
const OPENS: Readonly<Record<string, { readonly library: string; readonly address: number }>> = {
  'sql.Open': { library: 'database/sql', address: 1 },
  'sqlx.Open': { library: 'database/sql', address: 1 },
  'sqlx.Connect': { library: 'database/sql', address: 1 },
  'sqlx.MustConnect': { library: 'database/sql', address: 1 },
  'pgxpool.New': { library: 'pgxpool', address: 1 },
  'pgxpool.ParseConfig': { library: 'pgxpool', address: 0 },
};
const SETTERS: Readonly<Record<string, TimeoutKind>> = {
  SetConnMaxIdleTime: 'upstream-keepalive',
  SetConnMaxLifetime: 'lifetime',
  MaxConnIdleTime: 'upstream-keepalive',
  MaxConnLifetime: 'lifetime',
};
const STANDARD: Readonly<Record<string, readonly (readonly [DefaultId, string])[]>> = {
  'database/sql': [['go.sql.idle', 'SetConnMaxIdleTime']],
  pgxpool: [
    ['go.pgxpool.idle', 'MaxConnIdleTime'],
    ['go.pgxpool.lifetime', 'MaxConnLifetime'],
  ],
};

/** Pools of database/sql and pgxpool. How long one waits for a connection each call's context says. */
export function goPools(source: Source): Hop[] {
  const calls = nodesOf(source.root, 'call_expression');
  const opens = calls.filter((call) => OPENS[calleeOf(call)] !== undefined);
  return opens.map((call) => {
    const { library, address } = OPENS[calleeOf(call)] ?? { library: '', address: 0 };
    const args = namedChildren(call.childForFieldName('arguments') ?? call);
    const driver = library === 'pgxpool' ? 'pgx' : (source.names.text(args[0]) ?? '');
    const written = source.names.text(args[address]) ?? source.variable(args[address]);
    const engine: Engine | undefined = /^(?:pgx|postgres|pq)/.test(driver)
      ? 'postgres'
      : driver === 'mysql'
        ? 'mysql'
        : undefined;
    const name = nameOf(call)?.split(',')[0]?.trim();
    const place = placeOf(source, call);
    const own = settingsOf(source, opens.length === 1 ? undefined : name);
    const said = written === undefined ? [] : addressTimeouts(written, engine, place);
    const has = (kind: TimeoutKind) => [...own, ...said].some((timeout) => timeout.kind === kind);
    return {
      id: idAt('pool', place),
      name: `${library}${name === undefined || name === 'pool' ? '' : ` ${name}`}`,
      format: library,
      role: 'pool',
      ...(engine === undefined ? {} : { engine }),
      session: written === undefined ? {} : sessionOf(written),
      place: { ...place, endLine: place.line, endColumn: place.column + 1 },
      timeouts: [
        ...own,
        ...said,
        setTimeoutOf('acquire', 'unknown', 'context of each call', place),
        ...(written === undefined && !has('statement') ? [setTimeoutOf('statement', 'unknown', 'address', place)] : []),
        ...(STANDARD[library] ?? []).flatMap(([id, setting]) => {
          const standard = defaultTimeout(id, setting, place);
          return has(standard.kind) ? [] : [standard];
        }),
      ],
      listens: [],
      upstreams: [written === undefined ? {} : targetOf(written, engine)],
      reusesUpstream: true,
      language: 'go',
    };
  });
}

function calleeOf(call: SyntaxNode): string {
  return call.childForFieldName('function')?.text ?? '';
}

/** `db.SetConnMaxIdleTime(…)`, `config.MaxConnIdleTime = …`. @param name of the pool; undefined: the file has one. */
function settingsOf(source: Source, name: string | undefined): Timeout[] {
  const found = new Map<TimeoutKind, Timeout>();
  const add = (target: SyntaxNode | null, value: SyntaxNode | undefined, node: SyntaxNode) => {
    const setting = target?.childForFieldName('field')?.text ?? '';
    const kind = SETTERS[setting];
    const owner = target?.childForFieldName('operand')?.text;
    if (kind === undefined || !value || (name !== undefined && owner !== name)) return;
    const { ms, note } = source.names.limit(value);
    found.set(kind, setTimeoutOf(kind, ms, setting, placeOf(source, node), note));
  };
  for (const call of nodesOf(source.root, 'call_expression'))
    add(call.childForFieldName('function'), namedChildren(call.childForFieldName('arguments') ?? call)[0], call);
  for (const node of nodesOf(source.root, 'assignment_statement')) {
    const [left] = namedChildren(node.childForFieldName('left') ?? node);
    const [right] = namedChildren(node.childForFieldName('right') ?? node);
    add(left ?? null, right, node);
  }
  return [...found.values()];
}

/** github.com/go-sql-driver/mysql#parameters; everything else there is a variable of the session. */
const MYSQL: Readonly<Record<string, { readonly kind: TimeoutKind; readonly unitMs?: number }>> = {
  timeout: { kind: 'connect' },
  readTimeout: { kind: 'query' },
  writeTimeout: { kind: 'send' },
  max_execution_time: { kind: 'statement', unitMs: 1 },
  innodb_lock_wait_timeout: { kind: 'lock', unitMs: 1000 },
};
const POSTGRES: Readonly<Record<string, { readonly kind: TimeoutKind; readonly bareMs: number }>> = {
  connect_timeout: { kind: 'connect', bareMs: 1000 },
  statement_timeout: { kind: 'statement', bareMs: 1 },
  lock_timeout: { kind: 'lock', bareMs: 1 },
  idle_in_transaction_session_timeout: { kind: 'idle-in-transaction', bareMs: 1 },
};

function addressTimeouts(written: string, engine: Engine | undefined, place: Timeout['place']): Timeout[] {
  if (engine === 'mysql') {
    const query = new URLSearchParams(written.includes('?') ? written.slice(written.indexOf('?') + 1) : '');
    return [...query].flatMap(([name, value]) => {
      const known = MYSQL[name];
      if (known === undefined) return [];
      const ms = known.unitMs === undefined ? parseGoDuration(value) : Number(value) * known.unitMs;
      return [setTimeoutOf(known.kind, limitFrom(ms), name, place)];
    });
  }
  if (/^\w+:\/\//.test(written)) return urlTimeouts(written, place);
  return Object.entries(POSTGRES).flatMap(([name, { kind, bareMs }]) => {
    const value = keyword(written, name);
    return value === undefined
      ? []
      : [setTimeoutOf(kind, limitFrom(parsePostgresDuration(value, bareMs)), name, place)];
  });
}

function limitFrom(ms: number | undefined): Limit {
  return ms === undefined || !Number.isFinite(ms) ? 'unknown' : ms === 0 ? 'none' : ms;
}

/** `host=db port=5432 user='app'` of libpq. */
function keyword(written: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:'([^']*)'|(\\S+))`).exec(written);
  return found?.[1] ?? found?.[2];
}

function targetOf(written: string, engine: Engine | undefined): Endpoint {
  if (/^\w+:\/\//.test(written)) return parseEndpoint(written);
  const standard = engine === 'mysql' ? 3306 : 5432;
  const address = /@?tcp\(([^)]*)\)/.exec(written)?.[1];
  if (address !== undefined) return { port: standard, ...parseEndpoint(address) };
  const host = keyword(written, 'host');
  return {
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    port: Number(keyword(written, 'port') ?? standard),
  };
}

function sessionOf(written: string): Session {
  if (/^\w+:\/\//.test(written)) return sessionIn(written);
  const [user, database] = [keyword(written, 'user'), keyword(written, 'dbname')];
  return { ...(user === undefined ? {} : { user }), ...(database === undefined ? {} : { database }) };
}
