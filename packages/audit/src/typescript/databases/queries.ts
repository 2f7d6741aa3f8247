import type { Answer } from '../options.ts';
import { readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import {
  type Asking,
  calleeOf,
  isFunction,
  type Node,
  nodesOf,
  receiverOf,
  remember,
  type Tree,
  unwrap,
} from '../tree.ts';
import { DRIVERS, type Driver } from './drivers.ts';
import { boundOf, type Maker } from './limits.ts';

const CONTROL =
  /^\s*(?:begin|commit|rollback|start\s+transaction|set\b|savepoint|release\b|listen\b|unlisten\b|notify\b|select\s+pg_(?:try_)?advisory|select\s+1\s*;?\s*$)/i;

/** What a whole statement starts with. */
const STATEMENT =
  /^\s*(?:select|insert|update|delete|with|merge|call|truncate|refresh|begin|commit|rollback|set|create|drop|alter|values)\b/i;

/** A call that asks a database. */
export interface Query {
  readonly call: Asking;
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
    [...nodesOf(tree, 'CallExpression'), ...nodesOf(tree, 'TaggedTemplateExpression')]
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

function readQuery(tree: Tree, call: Asking): Query | undefined {
  const callee = calleeOf(call);
  const path = originOf(tree, callee)?.path;
  if (path === undefined || path.startsWith('global:')) return undefined;
  for (const driver of DRIVERS) {
    const handle = driver.handle.exec(path)?.[0];
    if (handle === undefined || !asks(tree, call, path.slice(handle.length), driver)) continue;
    const made = makerOf(tree, callee, handle);
    const sql = sqlOf(tree, call);
    const bounded = isControl(sql) ? 'yes' : boundOf(tree, call, made, driver);
    return { call, driver: driver.name, handle, made, sql, bounded, help: driver.help };
  }
  return undefined;
}

/** @param rest What is asked of a handle. knex is itself called: `knex('orders')`. */
function asks(tree: Tree, call: Asking, rest: string, { name, query, tag }: Driver): boolean {
  if (call.type === 'CallExpression') return query.test(name === 'knex' && rest === '' ? '()' : rest);
  return tag?.test(rest) === true && !isFragment(tree, call);
}

/** A part of a statement that is put into another. */
function isFragment(tree: Tree, template: Asking): boolean {
  if (!STATEMENT.test(stringOf(tree, template) ?? '')) return true;
  for (let at: Node | null | undefined = template.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === 'TaggedTemplateExpression') return true;
  }
  return false;
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

function sqlOf(tree: Tree, call: Asking): string | undefined {
  if (call.type === 'TaggedTemplateExpression') return stringOf(tree, call);
  const [first] = call.arguments;
  if (!first || first.type === 'SpreadElement') return undefined;
  const options = readOptions(tree, first).properties;
  return stringOf(tree, options.get('text') ?? options.get('sql') ?? first);
}
