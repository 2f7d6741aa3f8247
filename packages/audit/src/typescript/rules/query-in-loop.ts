import { isControl, queryAt } from '../databases/queries.ts';
import { calledFunction } from '../handlers.ts';
import type { Rule } from '../rule.ts';
import {
  type Asking,
  calleeOf,
  descendants,
  type FunctionNode,
  isAsking,
  isFunction,
  isInside,
  keyOf,
  type Node,
  nodesOf,
  startOf,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

/** Functions deep that a call is followed within the file. */
const DEPTH = 1;
/** How a test looks that asks whether the answer is known. */
const CACHED = /\.has\(|cache|known|memo|loaded/i;

export const queryInLoop: Rule = {
  id: 'js/query-in-loop',
  severity: 'warning',
  title: 'A query is awaited for each turn of a loop',
  libraries: true,
  *find(tree: Tree) {
    for (const node of nodesOf(tree, 'AwaitExpression')) {
      const call = unwrap(node.argument);
      if (!isAsking(call)) continue;
      const loop = loopAround(node);
      if (!loop || isLimited(tree, loop) || isLeft(loop, node) || !isQuery(tree, call, DEPTH)) continue;
      yield {
        node: calleeOf(call),
        message: 'One query per turn of this loop: the request takes as many round trips as there are items.',
        help: 'Ask once for all of them: WHERE id = ANY($1), one INSERT of many rows, a join.',
        related: [{ node: loop.items, message: 'one turn for each of these' }],
      };
    }
  },
};

function isQuery(tree: Tree, call: Asking, depth: number): boolean {
  const query = queryOf(tree, call);
  if (query)
    return (
      !isControl(query.sql) &&
      !/redis/.test(query.driver) &&
      !/\b(?:create|drop|alter)\s+(?:table|index|extension|schema|type)\b/i.test(query.sql ?? '')
    );
  const called = depth > 0 && call.type === 'CallExpression' ? calledFunction(tree, call) : undefined;
  if (!called) return false;
  for (const node of descendants(tree, called, false)) {
    const inner = awaitedIn(node, called);
    if (
      inner &&
      isAsking(inner) &&
      !loopAround(node) &&
      !isLastResort(tree, node, called) &&
      isQuery(tree, inner, depth - 1)
    )
      return true;
  }
  return false;
}

/** Asked only where a cache or an earlier answer has nothing: then it is not one query per turn. */
function isLastResort(tree: Tree, node: Node, called: FunctionNode): boolean {
  for (let at: Node = node; at.parent && at !== called; at = at.parent) {
    if (at.parent.type === 'IfStatement' && at !== at.parent.test) return true;
    if (at.parent.type === 'LogicalExpression' && at === at.parent.right) return true;
  }
  if (called.body?.type !== 'BlockStatement') return false;
  return called.body.body.some(
    (it) => it.type === 'IfStatement' && CACHED.test(textOf(tree, it.test)) && startOf(it) < startOf(node),
  );
}

/** What a function waits for or gives its caller to wait for. */
function awaitedIn(node: Node, called: FunctionNode): Node | undefined {
  if (node.type === 'AwaitExpression') return unwrap(node.argument);
  if (node.type === 'ReturnStatement') return node.argument ? unwrap(node.argument) : undefined;
  return node === called.body && node.type !== 'BlockStatement' ? unwrap(node) : undefined;
}

/** The query of a chain: `knex('t').where(…).first()`. */
function queryOf(tree: Tree, call: Asking) {
  for (let at: Node = call; ; ) {
    const query = queryAt(tree, at);
    if (query) return query;
    const callee: Node | undefined = at.type === 'CallExpression' ? unwrap(at.callee) : undefined;
    if (callee?.type === 'MemberExpression') at = unwrap(callee.object);
    else if (callee?.type === 'CallExpression') at = callee;
    else return undefined;
  }
}

/** A loop over items: the list, and what is done for each. */
interface Loop {
  readonly items: Node;
  readonly body: Node;
}

/** The loop over items that a node is in, within its function; `for await` goes over something else, other counted loops are retries. */
function loopAround(node: Node): Loop | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (isFunction(parent)) return undefined;
    const loop = readLoop(parent);
    if (loop && isInside(node, loop.body)) return loop;
  }
  return undefined;
}

/** `if (!fits) continue; await query(); break;`: once, however many items there are. */
function isLeft({ body }: Loop, node: Node): boolean {
  if (body.type !== 'BlockStatement') return false;
  const from = body.body.findIndex((it) => isInside(node, it));
  return body.body.slice(from).some(({ type }) => /^(?:Break|Return|Throw)Statement$/.test(type));
}

function readLoop(node: Node): Loop | undefined {
  if (node.type === 'ForOfStatement') return node.await ? undefined : { items: node.right, body: node.body };
  if (node.type === 'ForInStatement') return { items: node.right, body: node.body };
  if (node.type !== 'ForStatement' || node.test?.type !== 'BinaryExpression') return undefined;
  // `i < items.length`
  const { right } = node.test;
  if (right.type !== 'MemberExpression' || keyOf(right.property, right.computed) !== 'length') return undefined;
  return isOneByOne(node.update) ? { items: right.object, body: node.body } : undefined;
}

/** `i += 100` goes over batches. */
function isOneByOne(update: Node | null): boolean {
  if (update?.type === 'UpdateExpression') return true;
  return update?.type === 'AssignmentExpression' && update.right.type === 'Literal' && update.right.value === 1;
}

/** Loops over a few things written out, or over batches, are what they should be. */
function isLimited(tree: Tree, { items }: Loop): boolean {
  const value = unwrap(items);
  return (
    value.type === 'ArrayExpression' || /chunk|batch|page|migration|statement|tables?\b|ddl/i.test(textOf(tree, items))
  );
}
