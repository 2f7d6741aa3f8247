import { defaultTimeout, setTimeoutOf } from '../../defaults.ts';
import { parseEndpoint } from '../../endpoint.ts';
import { type Endpoint, type Hop, looksLikeTimeout, type NotUnderstood, type Timeout } from '../../hop.ts';
import { idAt, present } from '../../trees/limits.ts';
import { urlTimeouts } from '../connection-url.ts';
import { argumentsOf, optionsOf, placeOf, type Setting, type Source, timeoutFrom } from './options.ts';
import { property } from './scope.ts';
import { bare, child, children, type EsNode, nameOf, walk } from './syntax.ts';

const MYSQL_PORT = 3306;

interface Kind {
  readonly library: string;
  readonly settings: readonly Setting[];
  readonly standard: (place: Timeout['place']) => Timeout[];
  /** Settings the driver ignores though they look as if they worked. */
  readonly ignored?: readonly string[];
  readonly port: number;
}

const PG: Kind = {
  library: 'pg pool',
  port: 5432,
  settings: [
    { kind: 'acquire', name: 'connectionTimeoutMillis' },
    { kind: 'query', name: 'query_timeout' },
    { kind: 'statement', name: 'statement_timeout' },
    { kind: 'lock', name: 'lock_timeout' },
    { kind: 'idle-in-transaction', name: 'idle_in_transaction_session_timeout' },
  ],
  standard: (place) => [defaultTimeout('pg.connectionTimeoutMillis', 'connectionTimeoutMillis', place)],
};
const MYSQL2: Kind = {
  library: 'mysql2 pool',
  port: 3306,
  settings: [{ kind: 'connect', name: 'connectTimeout' }],
  ignored: ['acquireTimeout', 'timeout'],
  standard: (place) => [defaultTimeout('mysql2.acquire', 'waiting for a connection (no such setting)', place)],
};
/** knexjs.org: 60 s for a connection, unless said. */
const KNEX_ACQUIRE_MS = 60_000;
/** sequelize.org: pool.acquire, 60 s unless said. */
const SEQUELIZE_ACQUIRE_MS = 60_000;
const fixed =
  (ms: number, setting: string, doc: string) =>
  (place: Timeout['place']): Timeout[] => [
    { kind: 'acquire', ms, setting, place, source: 'default', version: 'all', doc },
  ];

const KNEX: Kind = {
  library: 'knex',
  port: 5432,
  settings: [
    { kind: 'acquire', name: 'acquireConnectionTimeout' },
    { kind: 'statement', name: 'connection.statement_timeout' },
  ],
  standard: fixed(KNEX_ACQUIRE_MS, 'acquireConnectionTimeout', 'https://knexjs.org/guide/#acquireconnectiontimeout'),
};

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['pg.Pool', PG],
  ['pg.default.Pool', PG],
  ['pg-pool', PG],
  ['mysql2.createPool', MYSQL2],
  ['mysql2.default.createPool', MYSQL2],
  ['mysql2.createPoolPromise', MYSQL2],
  ['knex', KNEX],
  ['knex.knex', KNEX],
  [
    'sequelize.Sequelize',
    {
      library: 'sequelize',
      port: 5432,
      settings: [
        { kind: 'acquire', name: 'pool.acquire' },
        { kind: 'statement', name: 'dialectOptions.statement_timeout' },
      ],
      standard: fixed(
        SEQUELIZE_ACQUIRE_MS,
        'pool.acquire',
        'https://sequelize.org/docs/v6/other-topics/connection-pool/',
      ),
    },
  ],
]);
const NOT_TIMES = new Set([
  'keepAlive',
  'keepAliveInitialDelayMillis',
  'keepAliveInitialDelay',
  'enableKeepAlive',
  'idleTimeoutMillis',
  'idleTimeout',
  'connectTimeout',
]);

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
    const kind = KINDS.get(source.scope.path(child(node, 'callee')) ?? '');
    if (!kind) continue;
    const args = argumentsOf(node);
    const { object, open } = optionsOf(
      source,
      args.find((arg) => source.scope.follow(arg)?.type === 'ObjectExpression') ??
        (typeof source.scope.evaluate(args[0]).value === 'string' ? undefined : args[0]),
    );
    const url = source.scope.evaluate(
      property(object, 'connectionString') ?? property(object, 'uri') ?? property(object, 'connection') ?? args[0],
    ).value;
    hops.push(hopOf(source, node, kind, object, open, typeof url === 'string' ? url : undefined, names.get(node)));
    notUnderstood.push(...unknownOptions(source, object, kind));
  }
  return { hops, notUnderstood };
}

function hopOf(
  source: Source,
  call: EsNode,
  kind: Kind,
  object: EsNode | undefined,
  open: boolean,
  url: string | undefined,
  name: string | undefined,
): Hop {
  const place = placeOf(source, call);
  const set = present(
    ...kind.settings.map((setting) => timeoutFrom(source, object, setting)),
    ...(url === undefined ? [] : urlTimeouts(url, place)),
  );
  const has = (it: Timeout['kind']) => set.some((timeout) => timeout.kind === it);
  // Options that are not seen whole may hold either.
  const unseen = open
    ? [
        has('acquire') ? undefined : setTimeoutOf('acquire', 'unknown', 'options', place),
        has('statement') ? undefined : setTimeoutOf('statement', 'unknown', 'options', place),
      ]
    : [];
  const ignored = (kind.ignored ?? []).flatMap((setting) => {
    const node = property(object, setting);
    return node
      ? [
          {
            rule: 'chain/acquire-exceeds-budget',
            message: `${setting} does nothing here: mysql2 has no such setting, so a request waits for a free connection without limit`,
            help: 'bound the wait yourself (a timer around getConnection) and set queueLimit',
            place: placeOf(source, node),
          },
        ]
      : [];
  });
  return {
    id: idAt('pool', place),
    name: `${kind.library}${name === undefined || name === 'pool' ? '' : ` ${name}`}`,
    format: kind.library.split(' ')[0] ?? kind.library,
    role: 'pool',
    place: { ...place, endLine: place.line, endColumn: place.column + 1 },
    timeouts: present(...set, ...unseen, ...(has('acquire') || open || ignored.length > 0 ? [] : kind.standard(place))),
    listens: [],
    upstreams: [targetOf(source, object, url, kind.port)],
    language: 'node',
    remarks: ignored,
  };
}

function targetOf(source: Source, object: EsNode | undefined, url: string | undefined, standard: number): Endpoint {
  if (url !== undefined && /^[a-z0-9+]+:\/\//i.test(url)) return parseEndpoint(url);
  const connection = source.scope.follow(property(object, 'connection'));
  const own = connection?.type === 'ObjectExpression' ? connection : object;
  const host = source.scope.evaluate(property(own, 'host')).value;
  const port = source.scope.evaluate(property(own, 'port')).value;
  return {
    ...(typeof host === 'string' ? { host: host.toLowerCase() } : {}),
    port: typeof port === 'number' ? port : isMysql(source, object) ? MYSQL_PORT : standard,
  };
}

/** Of libraries for several databases: knex's `client`, Sequelize's `dialect`. */
function isMysql(source: Source, object: EsNode | undefined): boolean {
  const named = source.scope.evaluate(property(object, 'client') ?? property(object, 'dialect')).value;
  return typeof named === 'string' && /^(?:mysql2?|mariadb)$/.test(named);
}

function unknownOptions(source: Source, object: EsNode | undefined, kind: Kind): NotUnderstood[] {
  const known = new Set([...kind.settings.map(({ name }) => name.split('.')[0] ?? ''), ...(kind.ignored ?? [])]);
  return children(object, 'properties').flatMap((it) => {
    const name = nameOf(child(it, 'key')) ?? '';
    return looksLikeTimeout(name) && !known.has(name) && !NOT_TIMES.has(name)
      ? [{ setting: `${kind.library} ${name}`, place: placeOf(source, it) }]
      : [];
  });
}
