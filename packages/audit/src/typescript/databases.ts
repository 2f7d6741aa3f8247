import { chainOf } from './chain.ts';
import { type Answer, hasLimit, type Options, readOptions, stringOf } from './options.ts';
import { originOf } from './origin.ts';
import { type Call, methodOf, type Node, nodesOf, receiverOf, remember, type Tree, unwrap } from './tree.ts';

/** What a database library calls things. Paths are origins, as in origin.ts. */
interface Driver {
  readonly name: string;
  /** A pool, client or handle: the start of an origin. */
  readonly handle: RegExp;
  /** After the handle: the rest of the origin of a call that asks the database. */
  readonly query: RegExp;
  /** Names of options that bound every statement, where the handle is made. */
  readonly limits: readonly string[];
  /** The same, in one call's options or in a chain. */
  readonly callLimits: readonly string[];
  readonly help: string;
}

const SQL = '(?:query|execute)';
const SEQUELIZE =
  '(?:findAll|findOne|findByPk|findAndCountAll|findOrCreate|create|bulkCreate|upsert|update|destroy|count|sum|query)';
const MONGO =
  '(?:find|findOne|insertOne|insertMany|updateOne|updateMany|deleteOne|deleteMany|aggregate|countDocuments|distinct|findOneAndUpdate|findOneAndDelete|findOneAndReplace|replaceOne|bulkWrite)';
const TYPEORM =
  '(?:query|find|findBy|findOne|findOneBy|findOneOrFail|findOneByOrFail|findAndCount|findAndCountBy|save|insert|update|upsert|delete|remove|softDelete|count|countBy|exists|existsBy|increment|decrement)';
const REDIS =
  '(?:get|set|setex|mget|mset|del|hget|hset|hgetall|incr|decr|lpush|rpush|lpop|rpop|lrange|sadd|smembers|zadd|zrange|expire|exists|eval|evalsha|keys|scan|publish|xadd|xread)';

const DRIVERS: readonly Driver[] = [
  {
    name: 'pg',
    handle: /^pg(?:-pool)?:(?:native\.)?(?:Pool|Client|PoolClient)?\{\}(?:\.connect\(\))?/,
    query: /^\.query$/,
    limits: ['statement_timeout', 'query_timeout'],
    callLimits: ['query_timeout'],
    help: 'Set statement_timeout on the pool (the server cancels), or query_timeout.',
  },
  {
    name: 'mysql2',
    handle:
      /^mysql2?(?:\/promise(?:\.js)?)?:(?:(?:createPool|createConnection)\(\)(?:\.(?:promise|getConnection)\(\))*|(?:Pool|Connection|PoolConnection)\{\})/,
    query: new RegExp(`^\\.${SQL}$`),
    limits: [],
    callLimits: ['timeout'],
    help: 'Pass { sql, timeout: ms }, and SET SESSION max_execution_time so that the server stops too.',
  },
  {
    name: 'mongodb',
    handle: /^mongodb:(?:MongoClient(?:\{\}|\.connect\(\))(?:\.connect\(\))?|(?:Db|Collection)\{\})/,
    query: new RegExp(`^(?:\\.db\\(\\))?(?:\\.collection\\(\\))?\\.${MONGO}$`),
    limits: ['timeoutMS', 'socketTimeoutMS'],
    callLimits: ['maxTimeMS', 'timeoutMS', 'signal'],
    help: 'Set timeoutMS on the client, or maxTimeMS on the operation.',
  },
  {
    name: 'ioredis',
    handle: /^ioredis:(?:Redis\.Cluster|Redis|Cluster)?\{\}/,
    query: new RegExp(`^\\.${REDIS}$`),
    limits: ['commandTimeout', 'redisOptions'],
    callLimits: [],
    help: 'Set commandTimeout on the client.',
  },
  {
    name: 'Sequelize',
    handle: /^sequelize(?:-typescript)?:(?:(?:Sequelize)?\{\}|Model\b(?!\{\}))/,
    query: new RegExp(`^\\.(?:models\\.\\w+\\.|define\\(\\)\\.)?${SEQUELIZE}$`),
    limits: [
      'statement_timeout',
      'query_timeout',
      'dialectOptions.statement_timeout',
      'dialectOptions.query_timeout',
      'hooks',
    ],
    callLimits: [],
    help: 'Set dialectOptions.statement_timeout.',
  },
  {
    name: 'TypeORM',
    handle:
      /^typeorm:(?:(?:DataSource|EntityManager|Repository|TreeRepository|QueryRunner)\{\}|createConnection\(\)|BaseEntity\b(?!\{\}))/,
    query: new RegExp(`^(?:\\.createQueryRunner\\(\\))?(?:\\.manager)?(?:\\.getRepository\\(\\))?\\.${TYPEORM}$`),
    limits: ['extra.statement_timeout', 'extra.query_timeout', 'extra.options', 'connectTimeoutMS_'],
    callLimits: [],
    help: 'Set extra.statement_timeout (PostgreSQL): maxQueryExecutionTime only logs.',
  },
  {
    name: 'knex',
    handle: /^knex:(?:(?:knex|default)?\(\)|Knex(?:\.Transaction)?\{\})(?:\.transaction\(\))?/,
    query: /^(?:\(\)|\.(?:raw|select|from|table|with|insert)\(?\)?)$/,
    limits: ['connection.statement_timeout', 'connection.query_timeout', 'connection.options', 'pool.afterCreate'],
    callLimits: ['timeout'],
    help: 'End the chain with .timeout(ms, { cancel: true }), or set connection.statement_timeout.',
  },
  {
    name: 'Drizzle',
    handle:
      /^drizzle-orm\/(?:node-postgres|postgres-js|mysql2|neon-serverless):(?:drizzle\(\)|(?:NodePg|PostgresJs|MySql2|Neon)Database\{\})/,
    query: /^\.(?:execute|select|selectDistinct|insert|update|delete|query\.\w+\.find(?:Many|First))$/,
    limits: [],
    callLimits: [],
    help: 'Set statement_timeout on the pool Drizzle was given.',
  },
  {
    name: 'Prisma',
    handle: /^@prisma\/client:(?:PrismaClient\{\}|Prisma\.TransactionClient\{\})(?:\.\$extends\(\))*/,
    query:
      /^\.(?!\$)\w+\.(?:find\w+|create\w*|update\w*|upsert|delete\w*|count|aggregate|groupBy)$|^\.\$(?:query|execute)Raw(?:Unsafe)?$/,
    limits: [],
    callLimits: [],
    help: 'Give PrismaPg a statement_timeout, or put one into the connection string: Prisma cancels no query.',
  },
];

/** What connection strings and startup options can say. */
const STRING_LIMIT = /statement_timeout|socketTimeoutMS|timeoutMS|socket_timeout|query_timeout/i;
/** A file that sets a limit by statement, or watches over its queries with a race. */
const LIMITED_BY_SQL =
  /set\s+(?:local\s+|session\s+|global\s+)?(?:statement_timeout|max_execution_time|max_statement_time)|MAX_EXECUTION_TIME\s*\(/i;
const CONTROL =
  /^\s*(?:begin|commit|rollback|start\s+transaction|set\b|savepoint|release\b|listen\b|unlisten\b|notify\b|select\s+pg_(?:try_)?advisory|select\s+1\s*;?\s*$)/i;

/** The call or `new` that made a handle, and the file it stands in. */
interface Maker {
  readonly made: Node;
  readonly tree: Tree;
}

/** A call that asks a database. */
export interface Query {
  readonly call: Call;
  readonly driver: string;
  /** What it is asked of: the pool's, client's or ORM's origin, and the node that made it. */
  readonly handle: string;
  readonly made: Maker | undefined;
  readonly sql: string | undefined;
  readonly bounded: Answer;
  readonly help: string;
}

export function queriesOf(tree: Tree): readonly Query[] {
  return remember(tree, queriesOf, () =>
    nodesOf(tree, 'CallExpression')
      .map((call) => readQuery(tree, call))
      .filter((it) => it !== undefined),
  );
}

export function queryAt(tree: Tree, node: Node): Query | undefined {
  return remember(tree, 'query by call', () => new Map<Node, Query>(queriesOf(tree).map((it) => [it.call, it]))).get(
    node,
  );
}

/** Transaction control and settings wait for nothing but the connection. */
export function isControl(sql: string | undefined): boolean {
  return sql !== undefined && CONTROL.test(sql);
}

function readQuery(tree: Tree, call: Call): Query | undefined {
  const callee = unwrap(call.callee);
  const path = originOf(tree, callee)?.path;
  if (path === undefined || path.startsWith('global:')) return undefined;
  for (const driver of DRIVERS) {
    const handle = driver.handle.exec(path)?.[0];
    if (handle === undefined || !driver.query.test(restOf(path, handle, driver))) continue;
    const made = makerOf(tree, callee, handle);
    const sql = sqlOf(tree, call);
    const bounded = isControl(sql) ? 'yes' : boundOf(tree, call, made, driver);
    return { call, driver: driver.name, handle, made, sql, bounded, help: driver.help };
  }
  return undefined;
}

/** What is asked of a handle. knex is itself called: `knex('orders')`. */
function restOf(path: string, handle: string, { name }: Driver): string {
  const rest = path.slice(handle.length);
  return name === 'knex' && rest === '' ? '()' : rest;
}

/** The call or `new` that made the handle: the innermost on the way. */
function makerOf(tree: Tree, callee: Node, handle: string): Maker | undefined {
  let node: Node | undefined = callee;
  let home = tree;
  for (let steps = 0; node && steps < 12; steps += 1) {
    const origin = originOf(home, node);
    if (origin?.made && (origin.path === handle || handle.startsWith(origin.path))) {
      const above = receiverOf(origin.made);
      const outer = above && originOf(origin.tree, above);
      // `pool.connect()`: the limits are the pool's.
      if (!outer?.made || !handle.startsWith(outer.path)) return { made: origin.made, tree: origin.tree };
      node = above;
      home = origin.tree;
    } else if (node.type === 'MemberExpression') node = unwrap(node.object);
    else if (node.type === 'CallExpression') node = unwrap(node.callee);
    else {
      node = origin?.made && origin.made !== node ? origin.made : undefined;
      home = origin?.tree ?? home;
    }
  }
  return undefined;
}

function sqlOf(tree: Tree, { arguments: [first] }: Call): string | undefined {
  if (!first || first.type === 'SpreadElement') return undefined;
  const options = readOptions(tree, first).properties;
  return stringOf(tree, options.get('text') ?? options.get('sql') ?? first);
}

function boundOf(tree: Tree, call: Call, made: Maker | undefined, driver: Driver): Answer {
  if (made && LIMITED_BY_SQL.test(made.tree.text)) return 'yes';
  if (LIMITED_BY_SQL.test(tree.text) || /PGOPTIONS/.test(tree.text)) return 'yes';
  const chain = chainOf(call).names;
  if (chain.some((name) => driver.callLimits.includes(name) || name === 'abortSignal')) return 'yes';
  const own = call.arguments.map((it): Answer => {
    const value = unwrap(it);
    return value.type === 'ObjectExpression' ? hasLimit(readOptions(tree, value), driver.callLimits) : 'no';
  });
  if (own.includes('yes')) return 'yes';
  const config = hidden(tree, call, driver) ? 'unknown' : configuredLimit(made, driver);
  if (config !== 'no') return config;
  return own.includes('unknown') ? 'unknown' : 'no';
}

/** A query object made elsewhere may bring its own limit. */
function hidden(tree: Tree, { arguments: [first] }: Call, { callLimits }: Driver): boolean {
  if (callLimits.length === 0 || !first) return false;
  const value = unwrap(first);
  if (value.type !== 'Identifier') return value.type === 'SpreadElement';
  return (
    stringOf(tree, value) === undefined &&
    /^(?:query|config|options|opts|statement|q)$/i.test(value.name) &&
    callLimits[0] !== 'maxTimeMS'
  );
}

function configuredLimit(maker: Maker | undefined, driver: Driver): Answer {
  if (!maker) return 'unknown';
  const { made, tree } = maker;
  if (made.type !== 'NewExpression' && made.type !== 'CallExpression') return 'unknown';
  if (made.arguments.length === 0) return driver.name === 'Drizzle' ? 'unknown' : 'no';
  if (driver.name === 'Drizzle') return drizzleLimit(tree, made.arguments[0]);
  const answers = made.arguments.map((argument): Answer => {
    const text = stringOf(tree, argument);
    if (text !== undefined) return STRING_LIMIT.test(text) ? 'yes' : 'no';
    // process.env.DATABASE_URL: nobody's options.
    const value = unwrap(argument);
    if (isEnvironment(value)) return 'no';
    const options = readOptions(tree, argument);
    const adapter = driver.name === 'Prisma' ? options.properties.get('adapter') : undefined;
    return adapter ? adapterLimit(tree, adapter) : limitIn(tree, options, driver.limits);
  });
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function isEnvironment(node: Node): boolean {
  const value = node.type === 'LogicalExpression' ? unwrap(node.left) : node;
  if (value.type !== 'MemberExpression' || value.object.type !== 'MemberExpression') return false;
  return value.object.object.type === 'Identifier' && value.object.object.name === 'process';
}

function limitIn(tree: Tree, options: Options, limits: readonly string[]): Answer {
  const string =
    options.properties.get('connectionString') ?? options.properties.get('url') ?? options.properties.get('uri');
  if (string && STRING_LIMIT.test(stringOf(tree, string) ?? '')) return 'yes';
  if (options.properties.has('options') && limits.includes('statement_timeout')) return 'unknown';
  const flat = hasLimit(
    options,
    limits.filter((name) => !name.includes('.')),
  );
  const nested = limits.flatMap((name): Answer[] => {
    const [outer = '', inner] = name.split('.');
    const value = options.properties.get(outer);
    return inner === undefined || !value
      ? []
      : [isEnvironment(unwrap(value)) ? 'no' : hasLimit(readOptions(tree, value), [inner])];
  });
  if (flat === 'yes' || nested.includes('yes')) return 'yes';
  return flat === 'unknown' || nested.includes('unknown') ? 'unknown' : 'no';
}

function drizzleLimit(tree: Tree, first: Node | undefined): Answer {
  if (!first) return 'unknown';
  if (stringOf(tree, first) !== undefined || isEnvironment(unwrap(first))) return 'no';
  const { properties } = readOptions(tree, first);
  const connection = properties.get('connection');
  if (connection) return connectionLimit(tree, connection);
  const inner = properties.get('client') ?? first;
  const pool = originOf(tree, unwrap(inner));
  const driver = DRIVERS.find(({ handle }) => pool && handle.test(pool.path));
  if (!driver || !pool?.made) return 'unknown';
  return configuredLimit({ made: pool.made, tree: pool.tree }, driver);
}

/** `drizzle({ connection: … })`: what the pool that it makes is given. */
function connectionLimit(tree: Tree, connection: Node): Answer {
  const text = stringOf(tree, connection);
  if (text !== undefined) return STRING_LIMIT.test(text) ? 'yes' : 'no';
  if (isEnvironment(unwrap(connection))) return 'no';
  return limitIn(tree, readOptions(tree, connection), ['statement_timeout', 'query_timeout']);
}

/** Prisma's queries are bounded by what its adapter's pool is. */
function adapterLimit(tree: Tree, adapter: Node): Answer {
  const origin = originOf(tree, unwrap(adapter));
  if (origin?.path !== '@prisma/adapter-pg:PrismaPg{}' || origin.made?.type !== 'NewExpression') return 'unknown';
  const [first] = origin.made.arguments;
  if (!first) return 'no';
  const pool = originOf(origin.tree, unwrap(first));
  const driver = pool?.made ? DRIVERS.find(({ handle }) => handle.test(pool.path)) : undefined;
  if (driver && pool?.made) return configuredLimit({ made: pool.made, tree: pool.tree }, driver);
  return connectionLimit(origin.tree, first);
}

/** `pool.connect()` and the like: a call that takes a connection out of a pool. */
export function isCheckout(tree: Tree, node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const name = methodOf(node);
  const receiver = receiverOf(node);
  if (!receiver || name === undefined) return false;
  const path = originOf(tree, receiver)?.path;
  if (path === undefined) return false;
  if (name === 'connect') return /^pg(?:-pool)?:(?:native\.)?(?:Pool)?\{\}$/.test(path);
  if (name === 'getConnection') {
    return /^mysql2?(?:\/promise(?:\.js)?)?:(?:createPool\(\)(?:\.promise\(\))?|Pool\{\})$/.test(path);
  }
  if (name === 'createQueryRunner') return path === 'typeorm:DataSource{}';
  if (name === 'startSession') return path.startsWith('mongodb:MongoClient');
  return name === 'acquire' && path.startsWith('generic-pool:createPool()');
}
