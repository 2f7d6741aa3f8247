import { chainOf } from '../chain.ts';
import { type Answer, hasLimit, type Options, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Asking, argumentsOf, methodOf, type Node, nodesOf, type Tree, unwrap } from '../tree.ts';
import { DRIVERS, type Driver } from './drivers.ts';

/** What connection strings and startup options can say. */
const STRING_LIMIT = /statement_timeout|socketTimeoutMS|timeoutMS|socket_timeout|query_timeout/i;
/** A file that sets a limit by statement, or watches over its queries with a race. */
const LIMITED_BY_SQL =
  /set\s+(?:local\s+|session\s+|global\s+)?(?:statement_timeout|max_execution_time|max_statement_time)|MAX_EXECUTION_TIME\s*\(/i;
/** The call or `new` that made a handle, and the file it stands in. */
export interface Maker {
  readonly made: Node;
  readonly tree: Tree;
}

/** Is anything set that ends this query: by the call, where its client is made, by a statement of the file? */
export function boundOf(tree: Tree, call: Asking, made: Maker | undefined, driver: Driver): Answer {
  if (made && LIMITED_BY_SQL.test(made.tree.text)) return 'yes';
  if (LIMITED_BY_SQL.test(tree.text) || /PGOPTIONS/.test(tree.text)) return 'yes';
  const chain = chainOf(call).names;
  if (chain.some((name) => driver.callLimits.includes(name) || name === 'abortSignal')) return 'yes';
  const own = argumentsOf(call).map((it): Answer => {
    const value = unwrap(it);
    return value.type === 'ObjectExpression' ? hasLimit(readOptions(tree, value), driver.callLimits) : 'no';
  });
  if (own.includes('yes')) return 'yes';
  const config = driver.setElsewhere || hidden(tree, call, driver) ? 'unknown' : configuredLimit(made, driver);
  if (config !== 'no') return config;
  return own.includes('unknown') ? 'unknown' : 'no';
}

/** A query object made elsewhere may bring its own limit. */
function hidden(tree: Tree, call: Asking, { callLimits }: Driver): boolean {
  const [first] = argumentsOf(call);
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
  const lender = lenderOf(made);
  if (lender) {
    // `this.pool.connect()` of a pool that was handed in: nobody here knows what limits it has.
    const pool = originOf(tree, lender);
    return pool?.made ? configuredLimit({ made: pool.made, tree: pool.tree }, driver) : 'unknown';
  }
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

const LENDS = /^(?:connect|getConnection|acquire|reserve|createQueryRunner)$/;

/** The pool in `pool.connect()`. */
function lenderOf(made: Node): Node | undefined {
  if (made.type !== 'CallExpression' || made.arguments.length > 0) return undefined;
  const callee = unwrap(made.callee);
  return callee.type === 'MemberExpression' && LENDS.test(methodOf(made) ?? '') ? unwrap(callee.object) : undefined;
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

/** Clients of this file, pools and the like, that set no limit for what is asked of them. */
export function endlessClients(tree: Tree): { readonly maker: Maker; readonly driver: Driver }[] {
  if (LIMITED_BY_SQL.test(tree.text) || /PGOPTIONS/.test(tree.text)) return [];
  return [...nodesOf(tree, 'NewExpression'), ...nodesOf(tree, 'CallExpression')].flatMap((made) => {
    const origin = originOf(tree, made);
    if (origin?.made !== made) return [];
    const driver = DRIVERS.find(({ handle }) => handle.exec(origin.path)?.[0] === origin.path);
    if (!driver || driver.setElsewhere || methodOf(made) === 'connect') return [];
    const maker = { made, tree };
    return configuredLimit(maker, driver) === 'no' ? [{ maker, driver }] : [];
  });
}
