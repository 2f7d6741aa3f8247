import { type Answer, hasLimit, isOff, type Options, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import type { Report, Rule } from '../rule.ts';
import { type Call, type Node, nodesOf, type Tree } from '../tree.ts';

interface PoolKind {
  readonly made: RegExp;
  /** Which argument holds the options. */
  readonly at: number;
  readonly limits: readonly string[];
  /** False: the library has a limit of its own, and only switching it off is a hazard. */
  readonly endless: boolean;
  /** Speaks only of clients whose option has this value. */
  readonly only?: { readonly option: string; readonly value: string };
  readonly message: string;
  readonly help: string;
}

const FOR_EVER = 'when all connections are in use, requests wait for one without end';

const KINDS: readonly PoolKind[] = [
  {
    made: /^pg:(?:native\.)?Pool\{\}$/,
    at: 0,
    limits: ['connectionTimeoutMillis'],
    endless: true,
    message: `This pool has no connectionTimeoutMillis: ${FOR_EVER}.`,
    help: 'Set connectionTimeoutMillis below what requests may take; its default, 0, means never.',
  },
  {
    made: /^mysql2?(?:\/promise)?:createPool\(\)$/,
    at: 0,
    limits: ['queueLimit', 'acquireTimeout_'],
    endless: true,
    message: `mysql2 has no acquire timeout, and this pool no queueLimit: ${FOR_EVER}.`,
    help: 'Set queueLimit, and race getConnection() against a timer that gives a late connection back.',
  },
  {
    made: /^mongodb:MongoClient\{\}$|^mongoose:(?:connect|createConnection)\(\)$|^@nestjs\/mongoose:MongooseModule\.forRoot\(\)$/,
    at: 1,
    limits: ['waitQueueTimeoutMS', 'timeoutMS'],
    endless: true,
    message: `This client has neither waitQueueTimeoutMS nor timeoutMS: ${FOR_EVER}.`,
    help: 'Set waitQueueTimeoutMS (default 0: never), or timeoutMS for the whole operation.',
  },
  {
    made: /^pg-promise:\(\)\(\)$/,
    at: 0,
    limits: ['connectionTimeoutMillis'],
    endless: true,
    message: `This database has no connectionTimeoutMillis: ${FOR_EVER}.`,
    help: 'Set connectionTimeoutMillis below what requests may take; its default, 0, means never.',
  },
  {
    made: /^mariadb:createPool\(\)$/,
    at: 0,
    limits: ['acquireTimeout'],
    endless: false,
    message: `The acquire timeout of this pool is switched off: ${FOR_EVER}.`,
    help: 'Leave acquireTimeout on; 10 s is its default.',
  },
  {
    made: /^redis:createClientPool\(\)$/,
    at: 1,
    limits: ['acquireTimeout'],
    endless: false,
    message: `The acquire timeout of this pool is switched off: ${FOR_EVER}.`,
    help: 'Leave acquireTimeout on; 3 s is its default.',
  },
  {
    made: /^generic-pool:createPool\(\)$/,
    at: 1,
    limits: ['acquireTimeoutMillis'],
    endless: true,
    message: `This pool has no acquireTimeoutMillis: ${FOR_EVER}.`,
    help: 'Set acquireTimeoutMillis.',
  },
  {
    made: /^knex:(?:knex)?\(\)$/,
    at: 0,
    limits: ['acquireConnectionTimeout'],
    endless: false,
    message: `The acquire timeout of this pool is switched off: ${FOR_EVER}.`,
    help: 'Leave acquireConnectionTimeout on; 60 s is its default, and longer than most requests may take.',
  },
  {
    made: /^sequelize:(?:Sequelize)?\{\}$/,
    at: -1,
    limits: ['pool.acquire'],
    endless: false,
    message: `The acquire timeout of this pool is switched off: ${FOR_EVER}.`,
    help: 'Leave pool.acquire on; 60 s is its default.',
  },
  {
    made: /^@prisma\/adapter-pg:PrismaPg\{\}$/,
    at: 0,
    limits: ['connectionTimeoutMillis'],
    endless: true,
    message: `The pool of this adapter has no connectionTimeoutMillis: ${FOR_EVER}.`,
    help: 'Set connectionTimeoutMillis below what requests may take; its default, 0, means never.',
  },
  {
    made: /^typeorm:DataSource\{\}$|^@nestjs\/typeorm:TypeOrmModule\.forRoot\(\)$/,
    at: 0,
    limits: ['connectTimeoutMS', 'extra'],
    endless: true,
    only: { option: 'type', value: 'postgres' },
    message: `The pool of this data source has no extra.connectionTimeoutMillis: ${FOR_EVER}.`,
    help: 'Set connectTimeoutMS, or extra: { connectionTimeoutMillis }.',
  },
];

/** What an address of Prisma's switches off. */
const PRISMA_ENDLESS = /[?&](?:pool_timeout|connect_timeout)=0(?!\d)/;

export const poolWithoutAcquireTimeout: Rule = {
  id: 'js/pool-without-acquire-timeout',
  severity: 'warning',
  title: 'A pool lets requests wait for a connection without end',
  libraries: true,
  *find(tree: Tree) {
    for (const type of ['NewExpression', 'CallExpression'] as const) {
      for (const node of nodesOf(tree, type)) {
        const report = judge(tree, node);
        if (report) yield report;
      }
    }
  },
};

type Made = Call | Extract<Node, { type: 'NewExpression' }>;

function judge(tree: Tree, node: Made): Report | undefined {
  const origin = originOf(tree, node);
  const kind = origin?.made === node ? KINDS.find(({ made }) => made.test(origin.path)) : undefined;
  if (!kind) return origin?.made === node ? judgePrisma(tree, node, origin.path) : undefined;
  const argument = kind.at === -1 ? node.arguments.at(-1) : node.arguments[kind.at];
  const options = readOptions(tree, argument);
  if (kind.only && stringOf(tree, options.properties.get(kind.only.option)) !== kind.only.value) return undefined;
  const isFound = kind.endless
    ? isEndless(tree, node.arguments[0], options, kind)
    : isSwitchedOff(tree, options, kind.limits);
  return isFound ? { node: node.callee, message: kind.message, help: kind.help } : undefined;
}

/** Prisma waits 10 s for a connection unless its address says otherwise. */
function judgePrisma(tree: Tree, { callee, arguments: given }: Made, path: string): Report | undefined {
  if (path !== '@prisma/client:PrismaClient{}' || !given[0]) return undefined;
  const { properties } = readOptions(tree, given[0]);
  const sources = properties.get('datasources');
  const inner = sources && readOptions(tree, [...readOptions(tree, sources).properties.values()][0]).properties;
  const url = stringOf(tree, properties.get('datasourceUrl') ?? inner?.get('url'));
  if (url === undefined || !PRISMA_ENDLESS.test(url)) return undefined;
  const message = `The address switches a limit of this pool off: ${FOR_EVER}.`;
  return { node: callee, message, help: 'Leave pool_timeout and connect_timeout on; 10 s and 5 s are their defaults.' };
}

function isEndless(tree: Tree, first: Node | undefined, options: Options, { limits }: PoolKind): boolean {
  // A connection string may set any of them.
  const string = stringOf(tree, options.properties.get('connectionString') ?? options.properties.get('uri') ?? first);
  if (string !== undefined && limits.some((name) => string.includes(name))) return false;
  const waits = options.properties.get('waitForConnections');
  if (waits && isOff(waits)) return false;
  const answer: Answer = hasLimit(options, limits);
  return answer === 'no';
}

function isSwitchedOff(tree: Tree, options: Options, [limit = '']: readonly string[]): boolean {
  const [outer = '', inner] = limit.split('.');
  const value = options.properties.get(outer);
  const set = inner === undefined || !value ? value : readOptions(tree, value).properties.get(inner);
  return set !== undefined && set.type !== 'ObjectExpression' && isOff(set);
}
