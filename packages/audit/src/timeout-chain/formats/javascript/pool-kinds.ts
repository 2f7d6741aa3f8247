import { type DefaultId, defaultTimeout } from '../../defaults/index.ts';
import type { Engine, Timeout } from '../../hop.ts';
import { evaluateNumber, type Setting, type Source } from './options.ts';
import { type EsNode, property } from './syntax.ts';

type Place = Timeout['place'];

/** A library's pool: which options bound what, and what holds without them. */
export interface PoolKind {
  /** Its first word is the format. */
  readonly library: string;
  /** Undefined: the options say it. */
  readonly engine?: Engine;
  readonly settings: readonly Setting[];
  /** What is not set, by kind. */
  readonly standard: (options: EsNode | undefined, place: Place, source: Source) => Timeout[];
  /** Settings that never do anything, with why. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Set, but without effect as the other options are. */
  readonly idleIgnored?: (options: EsNode | undefined, source: Source) => string | undefined;
  /** Where the connection's own options lie. */
  readonly connection?: string;
  /** Calls where the options are what a `useFactory` returns. */
  readonly factory?: boolean;
  /** node-postgres reads PGHOST, PGPORT, PGUSER, PGDATABASE and PGOPTIONS where its options say nothing. */
  readonly readsPgVariables?: boolean;
  /** Variable of the environment that holds the address when the code names none. */
  readonly urlVariable?: string;
  /** With this option it is another hop's pool. */
  readonly unless?: string;
}

const standard =
  (...ids: readonly (readonly [DefaultId, string])[]) =>
  (_: EsNode | undefined, place: Place): Timeout[] =>
    ids.map(([id, setting]) => defaultTimeout(id, setting, place));

const pgSettings = (prefix = ''): readonly Setting[] => [
  { kind: 'acquire', name: `${prefix}connectionTimeoutMillis` },
  { kind: 'query', name: `${prefix}query_timeout` },
  { kind: 'statement', name: `${prefix}statement_timeout` },
  { kind: 'lock', name: `${prefix}lock_timeout` },
  { kind: 'idle-in-transaction', name: `${prefix}idle_in_transaction_session_timeout` },
  { kind: 'upstream-keepalive', name: `${prefix}idleTimeoutMillis` },
  { kind: 'lifetime', name: `${prefix}maxLifetimeSeconds`, unitMs: 1000 },
];
const pgStandard = standard(
  ['pg.connectionTimeoutMillis', 'connectionTimeoutMillis'],
  ['pg.idleTimeoutMillis', 'idleTimeoutMillis'],
);
const PG: PoolKind = {
  library: 'pg pool',
  engine: 'postgres',
  settings: pgSettings(),
  standard: pgStandard,
  readsPgVariables: true,
};

const MYSQL2_LIMIT = 10;

/** mysql2 looks for idle connections only where maxIdle is below connectionLimit: lib/base/pool.js of 3.24.6. */
function closesIdle(options: EsNode | undefined, source: Source): boolean {
  const limit = evaluateNumber(source, property(options, 'connectionLimit'));
  const most = property(options, 'maxIdle');
  return most !== undefined && (evaluateNumber(source, most) ?? 0) < (limit ?? MYSQL2_LIMIT);
}

const MYSQL2: PoolKind = {
  library: 'mysql2 pool',
  engine: 'mysql',
  settings: [
    { kind: 'connect', name: 'connectTimeout' },
    { kind: 'upstream-keepalive', name: 'idleTimeout' },
  ],
  ignored: {
    acquireTimeout: 'mysql2 has no such setting, so a request waits for a free connection without limit',
    timeout: 'mysql2 has no such setting, so a request waits for a free connection without limit',
  },
  idleIgnored: (options, source) =>
    closesIdle(options, source)
      ? undefined
      : `idleTimeout never fires: mysql2 closes idle connections only where maxIdle is below connectionLimit (${evaluateNumber(source, property(options, 'connectionLimit')) ?? MYSQL2_LIMIT})`,
  standard: (options, place, source) => [
    defaultTimeout('mysql2.acquire', 'acquire timeout (mysql2 has none)', place),
    defaultTimeout('mysql2.connectTimeout', 'connectTimeout', place),
    closesIdle(options, source)
      ? defaultTimeout('mysql2.idleTimeout', 'idleTimeout', place)
      : defaultTimeout('mysql2.idle', 'idleTimeout (off: maxIdle is not below connectionLimit)', place),
  ],
};

/** tarn keeps `min` connections however long they idle; knex has two unless it is told. */
const KNEX: PoolKind = {
  library: 'knex',
  settings: [
    { kind: 'acquire', name: 'acquireConnectionTimeout' },
    { kind: 'acquire', name: 'pool.acquireTimeoutMillis' },
    { kind: 'connect', name: 'pool.createTimeoutMillis' },
    { kind: 'statement', name: 'connection.statement_timeout' },
    { kind: 'lock', name: 'connection.lock_timeout' },
    { kind: 'query', name: 'connection.query_timeout' },
    { kind: 'idle-in-transaction', name: 'connection.idle_in_transaction_session_timeout' },
    { kind: 'connect', name: 'connection.connectTimeout' },
    { kind: 'upstream-keepalive', name: 'pool.idleTimeoutMillis', onlyIfZero: 'pool.min' },
  ],
  connection: 'connection',
  standard: (options, place, source) => [
    defaultTimeout('knex.acquireConnectionTimeout', 'acquireConnectionTimeout', place),
    evaluateNumber(source, property(source.scope.follow(property(options, 'pool')), 'min')) === 0
      ? defaultTimeout('knex.idleTimeoutMillis', 'pool.idleTimeoutMillis', place)
      : defaultTimeout('knex.idle', 'pool.idleTimeoutMillis (not of the first pool.min)', place),
  ],
};

const SEQUELIZE: PoolKind = {
  library: 'sequelize',
  settings: [
    { kind: 'acquire', name: 'pool.acquire' },
    { kind: 'upstream-keepalive', name: 'pool.idle' },
    { kind: 'statement', name: 'dialectOptions.statement_timeout' },
    { kind: 'query', name: 'dialectOptions.query_timeout' },
    { kind: 'lock', name: 'dialectOptions.lock_timeout' },
    { kind: 'idle-in-transaction', name: 'dialectOptions.idle_in_transaction_session_timeout' },
    { kind: 'connect', name: 'dialectOptions.connectTimeout' },
  ],
  standard: standard(['sequelize.acquire', 'pool.acquire'], ['sequelize.idle', 'pool.idle']),
};

/** `connectTimeoutMS` is the driver's connectionTimeoutMillis, `extra` is handed to it as it is: PostgresDriver.js of 1.1.1. */
const TYPEORM: PoolKind = {
  library: 'typeorm',
  settings: [
    ...pgSettings('extra.'),
    { kind: 'acquire', name: 'connectTimeoutMS' },
    { kind: 'connect', name: 'connectTimeout' },
  ],
  ignored: {
    maxQueryExecutionTime: 'TypeORM logs such a query and lets it run',
    acquireTimeout: 'it is for the driver mysql; mysql2 has no such setting',
  },
  factory: true,
  standard: (options, place, source) =>
    isMysqlNamed(source, options)
      ? MYSQL2.standard(property(options, 'extra'), place, source)
      : pgStandard(options, place),
};

/** Of libraries for several databases: knex's `client`, Sequelize's `dialect`, TypeORM's `type`. */
export function isMysqlNamed(source: Source, options: EsNode | undefined): boolean {
  const named = source.scope.evaluate(
    property(options, 'client') ?? property(options, 'dialect') ?? property(options, 'type'),
  ).value;
  return typeof named === 'string' && /^(?:mysql2?|mariadb|aurora-mysql)$/.test(named);
}

const POSTGRES_JS: PoolKind = {
  library: 'postgres.js',
  engine: 'postgres',
  settings: [
    { kind: 'connect', name: 'connect_timeout', unitMs: 1000 },
    { kind: 'upstream-keepalive', name: 'idle_timeout', unitMs: 1000 },
    { kind: 'lifetime', name: 'max_lifetime', unitMs: 1000 },
    { kind: 'statement', name: 'connection.statement_timeout' },
    { kind: 'lock', name: 'connection.lock_timeout' },
    { kind: 'idle-in-transaction', name: 'connection.idle_in_transaction_session_timeout' },
  ],
  standard: standard(['postgres.js.acquire', 'acquire timeout (postgres.js has none)']),
};
const MARIADB: PoolKind = {
  library: 'mariadb pool',
  engine: 'mysql',
  settings: [
    { kind: 'acquire', name: 'acquireTimeout' },
    { kind: 'connect', name: 'connectTimeout' },
    { kind: 'query', name: 'queryTimeout' },
    { kind: 'query', name: 'socketTimeout' },
  ],
  standard: standard(['mariadb.acquireTimeout', 'acquireTimeout']),
};
const PRISMA: PoolKind = {
  library: 'prisma',
  settings: [],
  urlVariable: 'DATABASE_URL',
  unless: 'adapter',
  standard: standard(['prisma.pool_timeout', 'pool_timeout']),
};
const DRIZZLE: PoolKind = {
  library: 'drizzle',
  engine: 'postgres',
  connection: 'connection',
  settings: pgSettings('connection.'),
  unless: 'client',
  standard: pgStandard,
};

/**
 * Choosing a server comes before the pool's queue and has a limit of its own. CSOT (`timeoutMS`) bounds the whole operation:
 * lib/connection_string.js of 7.9.0.
 */
const MONGODB: PoolKind = {
  library: 'mongodb',
  settings: [
    { kind: 'acquire', name: 'waitQueueTimeoutMS' },
    { kind: 'connect', name: 'connectTimeoutMS' },
    { kind: 'query', name: 'timeoutMS' },
    { kind: 'query', name: 'socketTimeoutMS' },
    { kind: 'upstream-keepalive', name: 'maxIdleTimeMS' },
  ],
  standard: standard(['mongodb.waitQueueTimeoutMS', 'waitQueueTimeoutMS']),
};

/** By what is called. */
export const POOL_KINDS: ReadonlyMap<string, PoolKind> = new Map([
  ['pg.Pool', PG],
  ['pg.default.Pool', PG],
  ['pg.native.Pool', PG],
  ['pg-pool', PG],
  ['@prisma/adapter-pg.PrismaPg', PG],
  ['@neondatabase/serverless.Pool', PG],
  ['mysql2.createPool', MYSQL2],
  ['mysql2.default.createPool', MYSQL2],
  ['mysql2.createPoolPromise', MYSQL2],
  ['mariadb.createPool', MARIADB],
  ['@prisma/adapter-mariadb.PrismaMariaDb', MARIADB],
  ['knex', KNEX],
  ['knex.knex', KNEX],
  ['sequelize.Sequelize', SEQUELIZE],
  ['sequelize', SEQUELIZE],
  ['sequelize-typescript.Sequelize', SEQUELIZE],
  ['typeorm.DataSource', TYPEORM],
  ['typeorm.createConnection', TYPEORM],
  ['@nestjs/typeorm.TypeOrmModule.forRoot', TYPEORM],
  ['@nestjs/typeorm.TypeOrmModule.forRootAsync', TYPEORM],
  ['postgres', POSTGRES_JS],
  ['@prisma/client.PrismaClient', PRISMA],
  ['drizzle-orm/node-postgres.drizzle', DRIZZLE],
  ['mongodb.MongoClient', MONGODB],
  ['mongodb.MongoClient.connect', MONGODB],
  ['mongoose.connect', MONGODB],
  ['mongoose.createConnection', MONGODB],
  ['@nestjs/mongoose.MongooseModule.forRoot', MONGODB],
]);
