import { isControl, queryAt } from '../databases/queries.ts';
import { joinAwaits, suggest } from '../fixes.ts';
import { isRequestCode } from '../handlers.ts';
import { outgoingAt } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import { rootText, spansTransaction } from '../shared.ts';
import {
  descendants,
  identifiersOf,
  isAsking,
  type Node,
  nodesOf,
  resolve,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

export const serialAwaits: Rule = {
  id: 'js/serial-awaits',
  severity: 'note',
  title: 'Calls that do not need each other are made one after the other',
  libraries: true,
  *find(tree: Tree) {
    for (const block of nodesOf(tree, 'BlockStatement')) {
      for (const [at, statement] of block.body.entries()) {
        const next = block.body[at + 1];
        const first = readOf(tree, statement);
        const second = next && readOf(tree, next);
        if (!first || !second || !next || !isRequestCode(tree, statement)) continue;
        if (uses(tree, next, statement) || spansTransaction(tree, block)) continue;
        const edits = joinAwaits(tree, statement, next);
        yield {
          node: second,
          message:
            'This call does not need what the one before it gave, and waits for it all the same: the request takes the sum of both.',
          help: 'Start both, then wait: const [a, b] = await Promise.all([…, …]).',
          related: [{ node: first, message: 'waited for first' }],
          ...(edits ? { fix: suggest('Wait for both at once', edits) } : {}),
        };
      }
    }
  },
};

/** `const a = await read();`: a call that only reads; writes may need their order. */
function readOf(tree: Tree, statement: Node): Node | undefined {
  if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return undefined;
  const init = statement.declarations[0]?.init;
  const awaited = init ? unwrap(init) : undefined;
  if (awaited?.type !== 'AwaitExpression') return undefined;
  const call = unwrap(awaited.argument);
  if (!isAsking(call)) return undefined;
  const outgoing = outgoingAt(tree, call);
  if (outgoing)
    return /^(?:fetch|axios|axios\.get|got|ky)$/.test(outgoing.name) && !hasMethod(tree, call) ? call : undefined;
  const query = queryAt(tree, call);
  if (!query || isControl(query.sql)) return undefined;
  // On one connection statements queue anyway: only pools, and handles that stand for one.
  if (
    !/Pool\{\}$|createPool\(\)(?:\.promise\(\))?$|PrismaClient\{\}$|^knex:|DataSource\{\}$|^sequelize:|^drizzle|^mongodb:|^mongoose:|^postgres:\(\)$|^pg-promise:\(\)\(\)$/.test(
      query.handle,
    )
  ) {
    return undefined;
  }
  if (query.sql !== undefined)
    return /^\s*(?:select|with)\b/i.test(query.sql) && !/for\s+update|insert|update|delete/i.test(query.sql)
      ? call
      : undefined;
  return /\.(?:find\w*|count|aggregate|groupBy|get|select)$/.test(rootText(tree, call)) ? call : undefined;
}

function hasMethod(tree: Tree, call: Node): boolean {
  if (call.type !== 'CallExpression') return false;
  return call.arguments.some(
    (it) => it.type !== 'Literal' && /\bmethod\s*:\s*['"`](?!GET|HEAD)/i.test(textOf(tree, it)),
  );
}

/** Does the second statement need a name that the first declares? */
function uses(tree: Tree, second: Node, first: Node): boolean {
  if (first.type !== 'VariableDeclaration') return true;
  const names = first.declarations.flatMap(({ id }) => identifiersOf(id));
  for (const node of descendants(tree, second, true)) {
    if (node.type !== 'Identifier') continue;
    const binding = resolve(tree, node.name, node);
    if (binding && names.includes(binding.identifier)) return true;
  }
  return false;
}
