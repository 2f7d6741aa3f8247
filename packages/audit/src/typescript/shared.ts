import { openTransactionsOf, transactionsOf } from './transactions.ts';
import { isInside, type Node, type Tree, textOf, unwrap } from './tree.ts';

/** What a call is written as before its arguments: `prisma.user.findMany`. */
export function rootText(tree: Tree, call: Node): string {
  return call.type === 'CallExpression' ? textOf(tree, unwrap(call.callee)) : '';
}

/** Inside a transaction statements go over one connection: they cannot run side by side. */
export function spansTransaction(tree: Tree, node: Node): boolean {
  if (transactionsOf(tree).some(({ body }) => isInside(node, body))) return true;
  return openTransactionsOf(tree).some(({ begin }) => isInside(begin, node));
}
