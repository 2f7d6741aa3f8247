import { isControl, queryAt } from '../databases.ts';
import { calledFunction } from '../handlers.ts';
import type { Rule } from '../rule.ts';
import {
  type Call,
  descendants,
  isFunction,
  isInside,
  type Node,
  nodesOf,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

/** Functions deep that a call is followed within the file. */
const DEPTH = 1;

export const queryInLoop: Rule = {
  id: 'js/query-in-loop',
  severity: 'warning',
  title: 'A query is awaited for each turn of a loop',
  libraries: true,
  *find(tree: Tree) {
    for (const node of nodesOf(tree, 'AwaitExpression')) {
      const call = unwrap(node.argument);
      if (call.type !== 'CallExpression') continue;
      const loop = loopAround(node);
      if (!loop || isLimited(tree, loop) || !isQuery(tree, call, DEPTH)) continue;
      yield {
        node: call.callee,
        message: 'One query per turn of this loop: the request takes as many round trips as there are items.',
        help: 'Ask once for all of them: WHERE id = ANY($1), one INSERT of many rows, a join.',
        related: [{ node: loop.right, message: 'one turn for each of these' }],
      };
    }
  },
};

function isQuery(tree: Tree, call: Call, depth: number): boolean {
  const query = queryOf(tree, call);
  if (query)
    return (
      !isControl(query.sql) &&
      query.driver !== 'ioredis' &&
      !/\b(?:create|drop|alter)\s+(?:table|index|extension|schema|type)\b/i.test(query.sql ?? '')
    );
  const called = depth > 0 ? calledFunction(tree, call) : undefined;
  if (!called) return false;
  for (const node of descendants(tree, called, false)) {
    const inner = node.type === 'AwaitExpression' ? unwrap(node.argument) : undefined;
    if (inner?.type === 'CallExpression' && !loopAround(node) && isQuery(tree, inner, depth - 1)) return true;
  }
  return false;
}

/** The query of a chain: `knex('t').where(…).first()`. */
function queryOf(tree: Tree, call: Call) {
  for (let at: Node = call; ; ) {
    const query = queryAt(tree, at);
    if (query) return query;
    const callee: Node | undefined = at.type === 'CallExpression' ? unwrap(at.callee) : undefined;
    if (callee?.type === 'MemberExpression') at = unwrap(callee.object);
    else if (callee?.type === 'CallExpression') at = callee;
    else return undefined;
  }
}

type ForOf = Extract<Node, { type: 'ForOfStatement' | 'ForInStatement' }>;

/** A loop over items, in the same function; `for await` and counted loops go over something else, or are retries. */
function loopAround(node: Node): ForOf | undefined {
  let at: Node = node;
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (isFunction(parent)) return undefined;
    if ((parent.type === 'ForOfStatement' || parent.type === 'ForInStatement') && isInside(at, parent.body)) {
      return parent.type === 'ForOfStatement' && parent.await ? undefined : parent;
    }
    at = parent;
  }
  return undefined;
}

/** Loops over a few things written out, or over batches, are what they should be. */
function isLimited(tree: Tree, { right }: ForOf): boolean {
  const value = unwrap(right);
  return (
    value.type === 'ArrayExpression' || /chunk|batch|page|migration|statement|tables?\b|ddl/i.test(textOf(tree, right))
  );
}
