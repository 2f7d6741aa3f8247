import { setTimeoutOf } from '../../defaults/index.ts';
import { parseEndpoint } from '../../endpoint.ts';
import {
  type Endpoint,
  type Engine,
  type Hop,
  looksLikeTimeout,
  type NotUnderstood,
  type Remark,
  type Session,
  type Timeout,
} from '../../hop.ts';
import { VALUE_IGNORED } from '../../rules/value-ignored.ts';
import { idAt, present } from '../../trees/limits.ts';
import { optionTimeouts, sessionIn, urlTimeouts } from '../connection-url.ts';
import { argumentsOf, optionsOf, placeOf, type Source, timeoutFrom } from './options.ts';
import { isMysqlNamed, POOL_KINDS, type PoolKind } from './pool-kinds.ts';
import { bare, child, children, type EsNode, nameOf, property, returned, walk } from './syntax.ts';

const PORTS: Readonly<Record<Engine, number>> = { postgres: 5432, mysql: 3306 };
const NOT_TIMES = new Set([
  'keepAlive',
  'keepAliveInitialDelayMillis',
  'keepAliveInitialDelay',
  'enableKeepAlive',
  'pool',
  'extra',
]);

/** One pool as the source creates it. */
interface Found {
  readonly source: Source;
  readonly call: EsNode;
  readonly kind: PoolKind;
  readonly object: EsNode | undefined;
  /** The options may say more than is seen. */
  readonly open: boolean;
  readonly url: string | undefined;
  readonly name: string | undefined;
}

/** Database pools. */
export function poolHops(source: Source): { hops: Hop[]; notUnderstood: NotUnderstood[] } {
  const hops: Hop[] = [];
  const notUnderstood: NotUnderstood[] = [];
  const names = new Map<EsNode, string>();
  for (const node of walk(source.program)) {
    if (node.type === 'VariableDeclarator') {
      const init = bare(child(node, 'init'));
      const name = nameOf(child(node, 'id'));
      if (init && name !== undefined) names.set(init, name);
    }
    if (node.type !== 'NewExpression' && node.type !== 'CallExpression') continue;
    const kind = poolKind(source.scope.path(child(node, 'callee')));
    const found = kind && foundAt(source, node, kind, names.get(node));
    if (!found) continue;
    hops.push(hopOf(found));
    notUnderstood.push(...unknownOptions(found));
  }
  return { hops, notUnderstood };
}

/** Prisma's client is generated, so that it may lie anywhere. */
function poolKind(path: string | undefined): PoolKind | undefined {
  return POOL_KINDS.get(path?.endsWith('.PrismaClient') ? '@prisma/client.PrismaClient' : (path ?? ''));
}

function foundAt(source: Source, call: EsNode, kind: PoolKind, name: string | undefined): Found | undefined {
  const args = argumentsOf(call);
  const given =
    args.find((arg) => source.scope.follow(arg)?.type === 'ObjectExpression') ??
    (typeof source.scope.evaluate(args[0]).value === 'string' ? undefined : args[0]);
  const whole = optionsOf(source, given);
  const factory = kind.factory ? property(whole.object, 'useFactory') : undefined;
  const { object, open } = factory ? optionsOf(source, returned(source.scope.follow(factory))) : whole;
  if (kind.unless !== undefined && property(object, kind.unless)) return undefined;
  // `drizzle(pool)`: the pool is found where it is made.
  if (kind.unless === 'client' && args[0] && object === undefined && addressIn(source, args[0]) === undefined)
    return undefined;
  const url =
    [
      ...['connectionString', 'uri', 'url', 'datasourceUrl', 'connection'].map((option) => property(object, option)),
      property(source.scope.follow(property(source.scope.follow(property(object, 'datasources')), 'db')), 'url'),
      property(source.scope.follow(property(object, 'connection')), 'connectionString'),
      args[0],
    ]
      .map((node) => addressIn(source, node))
      .find((it) => it !== undefined) ?? schemaAddress(source, kind);
  // NestJS' `useClass` and `useExisting` make the options where they are not looked for.
  const isElsewhere =
    kind.factory === true && !factory && /Async$/.test(source.scope.path(child(call, 'callee')) ?? '');
  return { source, call, kind, object, open: open || isElsewhere, url, name };
}

/** Prisma's: the variable that its schema names, else the usual one. */
function schemaAddress(source: Source, kind: PoolKind): string | undefined {
  if (kind.urlVariable === undefined) return undefined;
  const said = source.datasource();
  return said?.url ?? variable(source, said?.variable ?? kind.urlVariable);
}

function addressIn(source: Source, node: EsNode | undefined): string | undefined {
  const value = node && source.scope.evaluate(node).value;
  return typeof value === 'string' ? value : undefined;
}

function variable({ scope }: Source, name: string): string | undefined {
  const { value } = scope.variable(name);
  return typeof value === 'string' ? value : undefined;
}

function hopOf(found: Found): Hop {
  const { source, call, kind, object, open, url, name } = found;
  const place = placeOf(source, call);
  const set = shortestAcquire(
    present(
      ...kind.settings.map((setting) => timeoutFrom(source, object, setting)),
      ...(url === undefined ? [] : urlTimeouts(url, place)),
      ...optionTimeouts(startOptions(found) ?? '', place),
    ),
  );
  const has = (it: Timeout['kind']) => set.some((timeout) => timeout.kind === it);
  // Prisma's limits stand in its address.
  const hidden = open || (kind.urlVariable !== undefined && url === undefined);
  // Options that are not seen whole may hold either.
  const unseen = hidden
    ? [
        has('acquire') ? undefined : setTimeoutOf('acquire', 'unknown', 'options', place),
        has('statement') ? undefined : setTimeoutOf('statement', 'unknown', 'options', place),
      ]
    : [];
  const remarks = ignoredIn(found);
  const saysNoAcquire = remarks.some(({ rule }) => rule === ACQUIRE);
  const standard = hidden
    ? []
    : kind
        .standard(object, place, source)
        .filter((timeout) => !has(timeout.kind) && !(timeout.kind === 'acquire' && saysNoAcquire));
  const engine = engineOf(found);
  const idle = kind.idleIgnored?.(object, source);
  const known = idle === undefined ? set : set.filter((timeout) => timeout.kind !== 'upstream-keepalive');
  return {
    id: idAt('pool', place),
    name: `${kind.library}${name === undefined || name === 'pool' ? '' : ` ${name}`}`,
    format: kind.library.split(' ')[0] ?? kind.library,
    role: 'pool',
    ...(engine === undefined ? {} : { engine }),
    session: sessionOf(found),
    place: { ...place, endLine: place.line, endColumn: place.column + 1 },
    timeouts: present(...known, ...unseen, ...standard),
    listens: [],
    upstreams: [targetOf(found, engine)],
    reusesUpstream: true,
    language: 'node',
    remarks,
  };
}

/** `options: '-c statement_timeout=5s'`, or PGOPTIONS. */
function startOptions(found: Found): string | undefined {
  const written = addressIn(found.source, property(connectionOf(found), 'options'));
  return written ?? (found.kind.readsPgVariables ? variable(found.source, 'PGOPTIONS') : undefined);
}

/** knex takes the shorter of its two settings. */
function shortestAcquire(set: readonly Timeout[]): Timeout[] {
  const acquire = set.filter(({ kind, ms }) => kind === 'acquire' && typeof ms === 'number');
  const [least] = [...acquire].sort((a, b) => Number(a.ms) - Number(b.ms));
  return set.filter((timeout) => timeout.kind !== 'acquire' || least === undefined || timeout === least);
}

const ACQUIRE = 'chain/acquire-exceeds-budget';

/** What is written and does nothing. */
function ignoredIn({ source, kind, object }: Found): Remark[] {
  const dead = Object.entries(kind.ignored ?? {}).flatMap(([setting, why]): Remark[] => {
    const node = property(object, setting);
    if (!node) return [];
    const waits = /free connection/.test(why);
    return [
      {
        rule: waits ? ACQUIRE : VALUE_IGNORED.id,
        message: `${setting} does nothing here: ${why}`,
        help: waits
          ? 'bound the wait yourself (a timer around getConnection) and set queueLimit'
          : 'a limit that ends something: statement_timeout, or the time of the pool',
        place: placeOf(source, node),
      },
    ];
  });
  const idle = property(object, 'idleTimeout');
  const why = idle && kind.idleIgnored?.(object, source);
  return why === undefined || !idle
    ? dead
    : [
        ...dead,
        {
          rule: VALUE_IGNORED.id,
          message: why,
          help: 'set maxIdle below connectionLimit',
          place: placeOf(source, idle),
        },
      ];
}

function engineOf({ source, kind, object, url }: Found): Engine | undefined {
  if (kind.engine !== undefined) return kind.engine;
  const said = kind.urlVariable === undefined ? undefined : source.datasource()?.engine;
  if (said !== undefined) return said;
  if (isMysqlNamed(source, object) || /^(?:mysql|mariadb)/.test(url ?? '')) return 'mysql';
  const named = source.scope.evaluate(
    property(object, 'client') ?? property(object, 'dialect') ?? property(object, 'type'),
  );
  return (typeof named.value === 'string' && /^(?:pg|postgres|postgresql|cockroach)/.test(named.value)) ||
    /^postgres/.test(url ?? '')
    ? 'postgres'
    : undefined;
}

function connectionOf({ source, kind, object }: Found): EsNode | undefined {
  const inside = kind.connection === undefined ? undefined : source.scope.follow(property(object, kind.connection));
  return inside?.type === 'ObjectExpression' ? inside : object;
}

function sessionOf(found: Found): Session {
  const own = connectionOf(found);
  const read = (name: string, variableName: string) =>
    found.source.scope.evaluate(property(own, name)).value ??
    (found.kind.readsPgVariables && !property(own, name) && found.url === undefined
      ? variable(found.source, variableName)
      : undefined);
  const user = read('user', 'PGUSER') ?? read('username', '');
  const database = read('database', 'PGDATABASE');
  return {
    ...(found.url === undefined ? {} : sessionIn(found.url)),
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof database === 'string' ? { database } : {}),
  };
}

function targetOf(found: Found, engine: Engine | undefined): Endpoint {
  const { source, url } = found;
  if (url !== undefined && /^[a-z0-9+]+:\/\//i.test(url)) return parseEndpoint(url);
  const own = connectionOf(found);
  const read = (name: string, variableName: string) =>
    property(own, name)
      ? source.scope.evaluate(property(own, name)).value
      : found.kind.readsPgVariables
        ? variable(source, variableName)
        : undefined;
  const host = read('host', 'PGHOST');
  const port = Number(read('port', 'PGPORT'));
  const standard = engine === undefined ? undefined : PORTS[engine];
  const said = Number.isInteger(port) && port > 0 ? port : standard;
  return {
    ...(typeof host === 'string' ? { host: host.toLowerCase() } : {}),
    ...(said === undefined ? {} : { port: said }),
  };
}

function unknownOptions({ source, object, kind }: Found): NotUnderstood[] {
  const known = new Set([
    ...kind.settings.map(({ name }) => name.split('.')[0] ?? ''),
    ...Object.keys(kind.ignored ?? {}),
  ]);
  return children(object, 'properties').flatMap((it) => {
    const name = nameOf(child(it, 'key')) ?? '';
    return looksLikeTimeout(name) && !known.has(name) && !NOT_TIMES.has(name)
      ? [{ setting: `${kind.library} ${name}`, place: placeOf(source, it) }]
      : [];
  });
}
