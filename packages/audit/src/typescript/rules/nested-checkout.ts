import { isCheckout } from '../databases/checkouts.ts';
import { queryAt } from '../databases/queries.ts';
import { calledFunction } from '../handlers.ts';
import { checkoutsOf, heldCode } from '../holds.ts';
import type { Report, Rule } from '../rule.ts';
import { transactionsOf } from '../transactions.ts';
import {
  type Asking,
  type Call,
  calleeOf,
  descendants,
  type FunctionNode,
  isAsking,
  type Node,
  receiverOf,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

/** Functions deep that a call is followed within the file. */
const DEPTH = 3;

export const nestedCheckout: Rule = {
  id: 'js/nested-checkout',
  severity: 'error',
  title: 'A connection is held while a second one of the same pool is waited for',
  libraries: true,
  *find(tree: Tree) {
    const seen = new Set<Node>();
    for (const checkout of checkoutsOf(tree)) {
      const pool = textOf(tree, checkout.pool);
      for (const node of heldCode(tree, checkout)) {
        if (!isAsking(node) || seen.has(node) || !takesFrom(tree, node, pool, DEPTH)) continue;
        seen.add(node);
        yield describe(node, checkout.call, pool);
      }
    }
    for (const { call, handle, body, given } of transactionsOf(tree)) {
      const pool = textOf(tree, handle);
      if (given === undefined || given === pool) continue;
      for (const node of descendants(tree, body, true)) {
        if (!isAsking(node) || seen.has(node) || !takesFrom(tree, node, pool, DEPTH)) continue;
        seen.add(node);
        yield describe(node, call, pool);
      }
    }
  },
};

function describe(node: Asking, outer: Call, pool: string): Report {
  return {
    node: calleeOf(node),
    message: `This takes a second connection of ${pool} while one is held: with as many such requests as connections, all wait for each other.`,
    help: 'Use the connection (or transaction) that is already there, or take this one before or after.',
    related: [{ node: outer.callee, message: 'holds the first' }],
  };
}

/** Does the call wait for a connection of this pool, itself or through a function of the file? */
function takesFrom(tree: Tree, call: Asking, pool: string, depth: number): boolean {
  if (!isWaitedFor(call)) return false;
  const query = queryAt(tree, call);
  if (query ? textOf(tree, rootOf(call)) === pool : isCheckout(tree, call) && isNamed(tree, call, pool)) return true;
  const called = depth > 0 && call.type === 'CallExpression' ? calledFunction(tree, call) : undefined;
  return called !== undefined && takesInside(tree, called, pool, depth - 1);
}

function takesInside(tree: Tree, called: FunctionNode, pool: string, depth: number): boolean {
  for (const node of descendants(tree, called, true)) {
    if (isAsking(node) && takesFrom(tree, node, pool, depth)) return true;
  }
  return false;
}

function isNamed(tree: Tree, call: Asking, pool: string): boolean {
  const receiver = receiverOf(call);
  return receiver !== undefined && textOf(tree, receiver) === pool;
}

/** `prisma` of `prisma.user.findMany()`, `this.pool` of `this.pool.query()`. */
function rootOf(call: Asking): Node {
  let node: Node = calleeOf(call);
  for (;;) {
    if (node.type === 'CallExpression') node = unwrap(node.callee);
    else if (node.type === 'MemberExpression' && node.object.type !== 'ThisExpression') node = unwrap(node.object);
    else return node;
  }
}

/** What is started and not awaited holds nothing up. */
function isWaitedFor(call: Asking): boolean {
  for (let at: Node | null | undefined = call.parent; at; at = at.parent) {
    if (at.type === 'AwaitExpression' || at.type === 'ReturnStatement' || at.type === 'ArrowFunctionExpression')
      return true;
    if (at.type === 'ForOfStatement') return at.await;
    if (at.type === 'ExpressionStatement') return false;
    if (/Statement$|^VariableDeclarat/.test(at.type)) return false;
  }
  return false;
}
