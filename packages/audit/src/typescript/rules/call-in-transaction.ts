import { calledAnywhere } from '../handlers.ts';
import { outgoingAt } from '../outgoing.ts';
import type { Report, Rule } from '../rule.ts';
import { openTransactionsOf, transactionsOf } from '../transactions.ts';
import { type Call, descendants, type Node, type Tree } from '../tree.ts';

/** Functions deep that a call is followed. */
const DEPTH = 3;

export const callInTransaction: Rule = {
  id: 'js/call-in-transaction',
  severity: 'error',
  title: 'Another service is asked while a transaction is open',
  libraries: true,
  *find(tree: Tree) {
    const seen = new Set<Node>();
    const regions: { readonly begin: Call; readonly nodes: Iterable<Node> }[] = [
      ...openTransactionsOf(tree).map(({ begin, held }) => ({ begin, nodes: held })),
      ...transactionsOf(tree).map(({ call, body }) => ({ begin: call, nodes: descendants(tree, body, true) })),
    ];
    for (const { begin, nodes } of regions) {
      for (const node of nodes) {
        if (node.type !== 'CallExpression' || seen.has(node) || isDetached(node)) continue;
        const name = outgoingIn(tree, node, DEPTH);
        if (name === undefined) continue;
        seen.add(node);
        yield describe(node, begin, name);
      }
    }
  },
};

function describe(call: Call, begin: Call, name: string): Report {
  return {
    node: call.callee,
    message: `${name}() is waited for while a transaction is open: its locks and its connection are held for as long as the other side takes.`,
    help: 'Ask before the transaction begins or after it is committed (an outbox, if both must happen).',
    related: [{ node: begin.callee, message: 'opens the transaction' }],
  };
}

function outgoingIn(tree: Tree, call: Call, depth: number): string | undefined {
  const own = outgoingAt(tree, call);
  if (own) return own.name;
  const called = depth > 0 ? calledAnywhere(tree, call) : undefined;
  if (!called) return undefined;
  for (const node of descendants(called.tree, called.fn, true)) {
    const inner =
      node.type === 'CallExpression' && !isDetached(node) ? outgoingIn(called.tree, node, depth - 1) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Started and not waited for: `void notify()`, or a statement without await. */
function isDetached({ parent }: Call): boolean {
  return parent?.type === 'ExpressionStatement' || (parent?.type === 'UnaryExpression' && parent.operator === 'void');
}
