import { guardRest, suggest } from '../fixes.ts';
import { type Exit, followHold } from '../flow.ts';
import { type Checkout, checkoutsOf, escapes, holdOf, isReleaseOf } from '../holds.ts';
import type { Report, Rule } from '../rule.ts';
import { methodOf, nodesOf, startOf, type Tree, textOf } from '../tree.ts';

export const leakedConnection: Rule = {
  id: 'js/leaked-connection',
  severity: 'error',
  title: 'A connection is not given back on every path',
  libraries: true,
  *find(tree: Tree) {
    for (const checkout of checkoutsOf(tree)) {
      const where = escapes(tree, checkout);
      if (where === 'released-elsewhere') continue;
      const releases = nodesOf(tree, 'CallExpression').some((call) => isReleaseOf(tree, call, checkout.binding));
      // Whoever was given it may give it back.
      if (!releases && where === 'given-away') continue;
      const exits = followHold(holdOf(tree, checkout), checkout.statement);
      const worst = exits.find(({ kind }) => kind !== 'throw') ?? exits[0];
      if (worst) yield { ...describe(tree, checkout, worst, releases), ...fixOf(tree, checkout) };
    }
  },
};

function describe(tree: Tree, { call, binding, pool }: Checkout, exit: Exit, releases: boolean): Report {
  const poolName = textOf(tree, pool);
  const line = tree.text.slice(0, startOf(exit.node)).split('\n').length;
  const how = releases ? waysOut(exit, line) : 'never given back';
  return {
    node: call,
    message: `The connection in ${binding.name} is ${how}: after as many such requests as ${poolName} has connections, every other waits.`,
    help: `Give it back in a finally: const ${binding.name} = await …; try { … } finally { ${binding.name}.release(); }.`,
    related: [{ node: exit.node, message: releases ? 'leaves without giving it back' : 'the last it is used' }],
  };
}

function waysOut({ kind }: Exit, line: number): string {
  switch (kind) {
    case 'return':
      return `not given back on the way out at line ${line}`;
    case 'throw':
      return `not given back when line ${line} throws`;
    default:
      return 'not given back on every path';
  }
}

/** Where it is given back at the end of the same block, or nowhere: in a finally around all that follows. */
function fixOf(tree: Tree, { binding, statement, call }: Checkout): Pick<Report, 'fix'> {
  if (statement.type !== 'VariableDeclaration' || methodOf(call) === 'startSession') return {};
  const releases = nodesOf(tree, 'CallExpression').filter((it) => isReleaseOf(tree, it, binding));
  const [release, another] = releases;
  const drop = releases.map((it) => (it.parent?.type === 'AwaitExpression' ? it.parent.parent : it.parent));
  const dropped = drop.filter((it) => it?.type === 'ExpressionStatement' && it.parent === statement.parent);
  if (another || dropped.length !== releases.length) return {};
  const last = release ? textOf(tree, dropped[0] ?? release) : `${binding.name}.release();`;
  const edits = guardRest(
    tree,
    statement,
    last,
    dropped.filter((it) => it !== undefined && it !== null),
  );
  return edits ? { fix: suggest('Give it back in a finally', edits) } : {};
}
