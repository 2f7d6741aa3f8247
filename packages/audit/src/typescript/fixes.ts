import type { Edit } from '../hazard.ts';
import type { Report } from './rule.ts';
import { type Call, descendants, endOf, type Node, startOf, type Tree, textOf, unwrap } from './tree.ts';

export type Fix = NonNullable<Report['fix']>;

/** Milliseconds that a suggestion writes for whoever takes it to think about. */
export const SUGGESTED_MS = '10_000';

export function suggest(title: string, edits: readonly Edit[]): Fix {
  return { title, automatic: false, edits };
}

/** Adds a property to the options of a call, where it is clear that the argument holds them. */
export function addOption({ arguments: given }: Call, at: number, property: string): Edit | undefined {
  if (given.some((it) => it.type === 'SpreadElement')) return undefined;
  const options = given[at];
  if (!options) {
    const last = given.at(-1);
    const isNext = last && given.length === at;
    return isNext ? { start: endOf(last), end: endOf(last), text: `, { ${property} }` } : undefined;
  }
  if (options.type !== 'ObjectExpression') return undefined;
  const [first] = options.properties;
  if (!first) return { start: startOf(options), end: endOf(options), text: `{ ${property} }` };
  return { start: startOf(first), end: startOf(first), text: `${property}, ` };
}

/**
 * Puts what follows a statement in its block into `try { … } finally { … }`.
 * @param drop Statements of the block that move into the finally.
 */
export function guardRest(tree: Tree, statement: Node, last: string, drop: readonly Node[] = []): Edit[] | undefined {
  const block = statement.parent;
  if (block?.type !== 'BlockStatement') return undefined;
  const body: readonly Node[] = block.body;
  const rest = body.slice(body.indexOf(statement) + 1);
  if (rest.every((it) => drop.includes(it)) || rest.some((it) => returnsPromise(tree, it))) return undefined;
  const end = endOf(rest.at(-1) ?? statement);
  return [
    { start: endOf(statement), end: endOf(statement), text: '\ntry {' },
    ...drop.map((it) => ({ start: startOf(it), end: endOf(it), text: '' })),
    { start: end, end, text: `\n} finally {\n${last}\n}` },
  ];
}

/** `return fetch(url)` leaves the block before the answer is there: then a finally comes too soon. */
function returnsPromise(tree: Tree, statement: Node): boolean {
  for (const node of descendants(tree, statement, false)) {
    if (node.type !== 'ReturnStatement' || !node.argument) continue;
    const value = unwrap(node.argument);
    if (value.type === 'CallExpression' || value.type === 'NewExpression') return true;
  }
  return false;
}

/** `const a = await x(); const b = await y();` as one wait for both. */
export function joinAwaits(tree: Tree, first: Node, second: Node): Edit[] | undefined {
  const one = awaitedConst(first);
  const other = awaitedConst(second);
  if (!one || !other) return undefined;
  // Comments between them would be lost.
  if (tree.text.slice(endOf(first), startOf(second)).trim() !== '') return undefined;
  const names = `${textOf(tree, one.name)}, ${textOf(tree, other.name)}`;
  const calls = `${textOf(tree, one.call)}, ${textOf(tree, other.call)}`;
  const text = `const [${names}] = await Promise.all([${calls}]);`;
  return [{ start: startOf(first), end: endOf(second), text }];
}

function awaitedConst(statement: Node): { name: Node; call: Node } | undefined {
  if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return undefined;
  const [declarator, more] = statement.declarations;
  if (!declarator || more || ('typeAnnotation' in declarator.id && declarator.id.typeAnnotation)) return undefined;
  const init = declarator.init ? unwrap(declarator.init) : undefined;
  return init?.type === 'AwaitExpression' ? { name: declarator.id, call: init.argument } : undefined;
}
