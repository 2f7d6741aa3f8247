import { queryAt } from '../databases/queries.ts';
import { calledAnywhere, handlersOf } from '../handlers.ts';
import { outgoingAt } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import {
  type Call,
  descendants,
  functionAround,
  isFunction,
  keyOf,
  type Node,
  nodesOf,
  type Tree,
  unwrap,
} from '../tree.ts';

/** Functions deep that a call is followed. */
const DEPTH = 2;

export const floatingWork: Rule = {
  id: 'js/floating-work',
  severity: 'warning',
  title: 'A handler starts work and does not wait for it',
  libraries: true,
  *find(tree: Tree) {
    const handlers = handlersOf(tree);
    for (const statement of nodesOf(tree, 'ExpressionStatement')) {
      const own = functionAround(statement);
      if (!own || !handlers.has(own)) continue;
      const call = floating(statement.expression);
      const work = call && workOf(tree, call, DEPTH);
      if (!call || work === undefined) continue;
      yield {
        node: call.callee,
        message: `The handler does not wait for this ${work}: it goes on after the response, takes what later requests need, and its failure has no one to tell.`,
        help: 'Await it, or hand it to a queue with a limit of its own.',
      };
    }
  },
};

/** `save(order);` and `void save(order);`, but not what answers in its own callback or `then`. */
function floating(expression: Node): Call | undefined {
  const value = unwrap(expression);
  if (value.type === 'UnaryExpression' && value.operator === 'void') return floating(value.argument);
  if (value.type !== 'CallExpression') return undefined;
  const callee = unwrap(value.callee);
  const name = callee.type === 'MemberExpression' ? keyOf(callee.property, callee.computed) : undefined;
  // A failure that is caught is still work nobody waits for; a `then` usually answers.
  if (callee.type === 'MemberExpression' && name === 'catch') return floating(callee.object);
  return value.arguments.some((it) => isFunction(unwrap(it))) ? undefined : value;
}

function workOf(tree: Tree, call: Call, depth: number): string | undefined {
  const outgoing = outgoingAt(tree, call);
  if (outgoing) return /^https?\./.test(outgoing.name) ? undefined : `call of ${outgoing.name}()`;
  if (queryAt(tree, call)) return 'query';
  const called = depth > 0 ? calledAnywhere(tree, call) : undefined;
  if (!called?.fn.async) return undefined;
  // It may answer the request itself: then the handler's end says nothing.
  if (call.arguments.some((it) => it.type === 'Identifier' && /^(?:res|reply|response|ctx|c|next)$/.test(it.name)))
    return undefined;
  for (const node of descendants(called.tree, called.fn, false)) {
    const inner = node.type === 'AwaitExpression' ? unwrap(node.argument) : undefined;
    const work = inner?.type === 'CallExpression' ? workOf(called.tree, inner, depth - 1) : undefined;
    if (work !== undefined) return work;
  }
  return undefined;
}
