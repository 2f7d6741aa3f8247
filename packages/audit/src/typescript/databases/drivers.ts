/** What a database library calls things. Paths are origins, as in origin.ts. */
export interface Driver {
  readonly name: string;
  /** A pool, client or handle: the start of an origin. */
  readonly handle: RegExp;
  /** After the handle: the rest of the origin of a call that asks the database. */
  readonly query: RegExp;
  /** The same, for what is asked by a template: sql`select …`. */
  readonly tag?: RegExp;
  /** Names of options that bound every statement, where the handle is made. */
  readonly limits: readonly string[];
  /** The same, in one call's options or in a chain. */
  readonly callLimits: readonly string[];
  /** The handle does not tell how its connections are made: that is set elsewhere, once for all. */
  readonly setElsewhere?: true;
  readonly help: string;
}

const SQL = '(?:query|execute)';
const SEQUELIZE =
  '(?:findAll|findOne|findByPk|findAndCountAll|findOrCreate|create|bulkCreate|upsert|update|destroy|count|sum|query)';
const MONGO =
  '(?:find|findOne|insertOne|insertMany|updateOne|updateMany|deleteOne|deleteMany|aggregate|countDocuments|distinct|findOneAndUpdate|findOneAndDelete|findOneAndReplace|replaceOne|bulkWrite)';
const TYPEORM =
  '(?:query|find|findBy|findOne|findOneBy|findOneOrFail|findOneByOrFail|findAndCount|findAndCountBy|save|insert|update|upsert|delete|remove|softDelete|count|countBy|exists|existsBy|increment|decrement)';
const MONGOOSE =
  'find|findOne|findById|findOneAnd(?:Update|Delete|Replace)|findByIdAnd(?:Update|Delete)|create|insertMany|insertOne|updateOne|updateMany|replaceOne|deleteOne|deleteMany|countDocuments|estimatedDocumentCount|aggregate|distinct|exists|bulkWrite|save';
const REDIS =
  '(?:get|set|setex|getex|getdel|mget|mset|del|unlink|hget|hset|hmget|hdel|hgetall|incr|decr|lpush|rpush|lpop|rpop|lrange|sadd|srem|smembers|sismember|zadd|zrem|zrange|zscore|expire|exists|eval|evalsha|keys|scan|publish|xadd|xread)';

export const DRIVERS: readonly Driver[] = [
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
    tag: /^\.\$(?:query|execute)Raw$/,
    limits: [],
    callLimits: [],
    help: 'Give PrismaPg a statement_timeout, or put one into the connection string: Prisma cancels no query.',
  },
  {
    name: 'postgres.js',
    handle: /^postgres:(?:\(\)|(?:Sql|TransactionSql|ReservedSql)\{\})(?:\.reserve\(\))?/,
    query: /^\.(?:unsafe|file)$/,
    tag: /^$/,
    limits: ['connection.statement_timeout', 'connection.options'],
    callLimits: ['cancel'],
    help: 'Set connection: { statement_timeout: ms }, which the server gets as a startup parameter.',
  },
  {
    name: 'pg-promise',
    handle: /^pg-promise:(?:\(\)\(\)|(?:IDatabase|ITask|IConnected)\{\})(?:\.connect\(\))?/,
    query: /^\.(?:query|none|one|many|oneOrNone|manyOrNone|any|result|multi|multiResult|func|proc|map|each)$/,
    limits: ['statement_timeout', 'query_timeout'],
    callLimits: [],
    help: 'Set statement_timeout where the database is made (the server cancels), or query_timeout.',
  },
  {
    name: 'mariadb',
    handle:
      /^mariadb(?:\/callback)?:(?:(?:createPool|createConnection)\(\)(?:\.getConnection\(\))?|(?:Pool|Connection|PoolConnection)\{\})/,
    query: /^\.(?:query|execute|batch)$/,
    limits: ['queryTimeout', 'socketTimeout', 'sessionVariables'],
    callLimits: ['timeout'],
    help: 'Set queryTimeout: the driver sends it as max_statement_time, which MariaDB knows and MySQL does not; there socketTimeout.',
  },
  {
    name: 'mongoose',
    handle:
      /^mongoose:(?:(?:createConnection\(\)|Connection\{\}|connection|connect\(\))\.)?(?:model\(\)(?:\{\})?|Model\{\}|models\.\w+)/,
    query: new RegExp(`^\\.(?:${MONGOOSE})$`),
    limits: [],
    callLimits: ['maxTimeMS', 'signal'],
    setElsewhere: true,
    help: 'Set socketTimeoutMS (or timeoutMS) where mongoose connects, or end the chain with .maxTimeMS(ms).',
  },
  {
    name: 'redis',
    handle:
      /^redis:(?:create(?:Client|Cluster|ClientPool|Sentinel)\(\)|RedisClientType\{\})(?:\.(?:on|connect|duplicate)\(\))*/,
    query: new RegExp(`^\\.${REDIS}$`, 'i'),
    limits: ['socket.socketTimeout', 'commandOptions'],
    callLimits: [],
    help: 'Set socket: { socketTimeout: ms }: a timeout among the command options ends only what was not sent yet.',
  },
];
