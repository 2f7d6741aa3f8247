import { hasLimit, isOff, type Options, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import type { Report } from '../rule.ts';
import { type Call, type Node, nodesOf, type Tree } from '../tree.ts';

/** A client whose options alone tell: its calls cannot be followed to it, or it has a limit unless that is switched off. */
interface Connection {
  readonly made: RegExp;
  /** Which argument holds the options. */
  readonly at: number;
  /** Options that bound what is asked, `outer.inner` where they are nested. */
  readonly limits: readonly string[];
  /** The library has no limit of its own: one of the options is needed. */
  readonly needsOne: boolean;
  /** Words of the file that set the limit otherwise. */
  readonly otherwise?: RegExp;
  readonly message: string;
  readonly help: string;
}

const MONGOOSE_HELP =
  'Set socketTimeoutMS (or timeoutMS, which covers retries too) where it connects; 0 is the default.';

const CONNECTIONS: readonly Connection[] = [
  {
    made: /^mongoose:(?:Mongoose\{\}\.)?(?:connect|createConnection)\(\)$/,
    at: 1,
    limits: ['socketTimeoutMS', 'timeoutMS', 'maxTimeMS'],
    needsOne: true,
    otherwise: /\bset\(\s*['"]maxTimeMS['"]/,
    message: 'Nothing bounds what the models of this mongoose connection ask: socketTimeoutMS is off by default.',
    help: MONGOOSE_HELP,
  },
  {
    made: /^@nestjs\/mongoose:MongooseModule\.forRoot\(\)$/,
    at: 1,
    limits: ['socketTimeoutMS', 'timeoutMS', 'maxTimeMS'],
    needsOne: true,
    otherwise: /\bset\(\s*['"]maxTimeMS['"]/,
    message: 'Nothing bounds what the models of this mongoose connection ask: socketTimeoutMS is off by default.',
    help: MONGOOSE_HELP,
  },
  {
    // kafkajs ends requests after 30 s by itself; only switching that off is a hazard.
    made: /^kafkajs:Kafka\{\}$/,
    at: 0,
    limits: ['enforceRequestTimeout', 'requestTimeout'],
    needsOne: false,
    message:
      'This Kafka client has its request timeout switched off: a broker that does not answer is waited for without end.',
    help: 'Leave enforceRequestTimeout on (30 s by default).',
  },
  {
    made: /^kafkajs:Kafka\{\}$/,
    at: 0,
    limits: ['retry.retries'],
    needsOne: false,
    message: 'This Kafka client retries without end: a broker that is gone is asked for as long as the process runs.',
    help: 'Leave retry.retries at its default of 5, or a number that fits into what a request may take.',
  },
  {
    made: /^mssql:(?:connect\(\)|ConnectionPool\{\})$/,
    at: 0,
    limits: ['requestTimeout', 'options.requestTimeout'],
    needsOne: false,
    message: 'The request timeout of this SQL Server pool is switched off: a query can run without end.',
    help: 'Leave requestTimeout on; 15 s is its default.',
  },
  {
    made: /^tedious:Connection\{\}$/,
    at: 0,
    limits: ['options.requestTimeout'],
    needsOne: false,
    message: 'The request timeout of this SQL Server connection is switched off: a query can run without end.',
    help: 'Leave options.requestTimeout on; 15 s is its default.',
  },
];

export function* findConnections(tree: Tree): Generator<Report> {
  for (const type of ['NewExpression', 'CallExpression'] as const) {
    for (const node of nodesOf(tree, type)) {
      const origin = originOf(tree, node);
      if (origin?.made !== node) continue;
      for (const connection of CONNECTIONS) {
        if (!connection.made.test(origin.path) || !isUnbounded(tree, node, connection)) continue;
        yield { node: node.callee, message: connection.message, help: connection.help };
      }
    }
  }
}

type Made = Call | Extract<Node, { type: 'NewExpression' }>;

function isUnbounded(tree: Tree, node: Made, { at, limits, needsOne, otherwise }: Connection): boolean {
  const options = readOptions(tree, node.arguments[at]);
  if (!needsOne) return limits.some((name) => isSetOff(tree, options, name));
  if (otherwise?.test(tree.text)) return false;
  const string = stringOf(tree, node.arguments[0]);
  if (string !== undefined && limits.some((name) => string.includes(name))) return false;
  return hasLimit(options, limits) === 'no';
}

function isSetOff(tree: Tree, options: Options, name: string): boolean {
  const [outer = '', inner] = name.split('.');
  const value = options.properties.get(outer);
  const set = inner === undefined || !value ? value : readOptions(tree, value).properties.get(inner);
  if (set === undefined || (set === value && inner !== undefined)) return false;
  // Zero retries are none; zero as a limit is no limit.
  return inner === 'retries' ? isEndless(set) : isOff(set) || isEndless(set);
}

function isEndless(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'Infinity';
  return (
    node.type === 'MemberExpression' &&
    node.property.type === 'Identifier' &&
    /^(?:MAX_SAFE_INTEGER|MAX_VALUE|POSITIVE_INFINITY)$/.test(node.property.name)
  );
}
