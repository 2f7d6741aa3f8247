import { member, type Origin, originOfBinding } from './origin.ts';
import { exportsOf } from './project/exports.ts';
import { type Definition, keyOf, type Node, resolve, type Tree } from './tree.ts';

/** Aliases of aliases, and types inside types, that are looked through. */
const MOST_TYPES = 8;
/** What is declared member by member comes from no module. */
const SHAPE = 'project:';
/** Types of TypeScript's own that have members of the one they are given. */
const SAME_MEMBERS = /^(?:Readonly|Partial|Required|Pick|Omit|NonNullable)$/;
const DECLARES_TYPE = /^TS(?:TypeAlias|Interface)Declaration$/;

/** The type a parameter, variable or field is declared with: `client: PoolClient`. */
export function writtenType(tree: Tree, node: Node): Origin | undefined {
  const annotation = 'typeAnnotation' in node ? node.typeAnnotation : undefined;
  return annotation?.type === 'TSTypeAnnotation' ? originOfType(tree, annotation.typeAnnotation, node, 0) : undefined;
}

function originOfType(tree: Tree, type: Node, at: Node, steps: number): Origin | undefined {
  if (steps > MOST_TYPES) return undefined;
  if (type.type === 'TSTypeLiteral') return { path: SHAPE, tree, shape: type.members };
  if (type.type === 'TSIntersectionType') return originOfAll(tree, type.types, at, steps);
  if (type.type === 'TSUnionType') {
    const known = type.types.map((it) => originOfType(tree, it, at, steps + 1)).filter((it) => it !== undefined);
    // `Knex | Knex.Transaction`: both are asked alike.
    const modules = new Set(known.map(({ path }) => path.slice(0, path.indexOf(':'))));
    return modules.size === 1 ? known[0] : undefined;
  }
  if (type.type !== 'TSTypeReference') return undefined;
  const names: string[] = [];
  let name: Node = type.typeName;
  while (name.type === 'TSQualifiedName') {
    names.unshift(name.right.name);
    name = name.left;
  }
  if (name.type !== 'Identifier') return undefined;
  const [first] = type.typeArguments?.params ?? [];
  if (first && SAME_MEMBERS.test(name.name)) return originOfType(tree, first, at, steps + 1);
  return originOfName(tree, name.name, at, steps, names);
}

function originOfName(
  tree: Tree,
  name: string,
  at: Node,
  steps: number,
  names: readonly string[] = [],
): Origin | undefined {
  const declared = names.length === 0 ? declarationOfType(tree, name, at) : undefined;
  if (declared) return originOfDeclared(declared.tree, declared.node, steps + 1);
  const binding = resolve(tree, name, at);
  // Types are imported, declared as classes, or global; a value of the same name is something else.
  const isType = binding?.kind === 'import' || binding?.kind === 'class';
  let origin = isType ? originOfBinding(tree, binding, 1) : undefined;
  if (!binding || binding.kind === 'parameter' || binding.kind === 'variable') {
    origin = { path: `global:${name}`, tree };
  }
  for (const part of names) origin = member(origin, part, 1);
  return origin && { path: `${origin.path}{}`, tree };
}

/** `Base & { pool: Pool }`: the one library's type in it, or what all of it has. */
function originOfAll(tree: Tree, parts: readonly Node[], at: Node, steps: number): Origin | undefined {
  const known = parts.map((it) => originOfType(tree, it, at, steps + 1)).filter((it) => it !== undefined);
  const named = known.find(({ shape }) => !shape);
  return named ?? (known[0] && { path: SHAPE, tree, shape: known.flatMap(({ shape }) => shape ?? []) });
}

/** The interface or alias that a name stands for, in this file or in the one of the project that it is imported from. */
function declarationOfType(tree: Tree, name: string, at: Node): Definition | undefined {
  const own = exportsOf(tree).types.get(name);
  if (own) return { tree, node: own };
  const binding = resolve(tree, name, at) ?? tree.scopes.get(tree.program)?.get(name);
  const { declaration } = binding ?? {};
  if (declaration?.type !== 'ImportSpecifier' || declaration.parent?.type !== 'ImportDeclaration') return undefined;
  const imported = declaration.imported.type === 'Identifier' ? declaration.imported.name : '';
  const found = tree.home?.project.find(tree.home.path, declaration.parent.source.value, imported);
  return found && DECLARES_TYPE.test(found.node.type) ? found : undefined;
}

/** @param node An interface or an alias. */
export function originOfDeclared(tree: Tree, node: Node, steps = 0): Origin | undefined {
  if (node.type === 'TSTypeAliasDeclaration') return originOfType(tree, node.typeAnnotation, tree.program, steps);
  if (node.type !== 'TSInterfaceDeclaration') return undefined;
  // What it extends may be of a library.
  const [above] = node.extends;
  const base =
    above?.expression.type === 'Identifier'
      ? originOfName(tree, above.expression.name, tree.program, steps)
      : undefined;
  if (base && !base.shape) return base;
  return { path: SHAPE, tree, shape: [...node.body.body, ...(base?.shape ?? [])] };
}

/** What a property of a written type is: `deps.pool` of `deps: { pool: Pool }`. */
export function originInShape(tree: Tree, shape: readonly Node[], name: string): Origin | undefined {
  for (const item of shape) {
    if (item.type !== 'TSPropertySignature' || keyOf(item.key, item.computed) !== name) continue;
    return item.typeAnnotation ? originOfType(tree, item.typeAnnotation.typeAnnotation, tree.program, 0) : undefined;
  }
  return undefined;
}
