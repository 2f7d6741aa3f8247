import { originOfField } from './fields.ts';
import { findOpener, mayOpen } from './openers.ts';
import { isLibrary } from './project/libraries.ts';
import {
  type Binding,
  type FunctionNode,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  receiverOf,
  remember,
  resolve,
  type Tree,
  unwrap,
} from './tree.ts';
import { originInShape, writtenType } from './written-types.ts';

/**
 * Where a value comes from, as far as the file tells. The path is the module, a colon, and what was done with it: `pg:Pool` is a
 * class, `pg:Pool{}` one of its instances, `pg:Pool{}.connect()` what a call gave; `global:fetch` is no module's.
 */
export interface Origin {
  readonly path: string;
  /** The call or `new` that made the value, if that is known. */
  readonly made?: Node;
  /** The file that `made` stands in. */
  readonly tree: Tree;
  /** All of a file of the project, by what the tree's own file calls it. */
  readonly specifier?: string;
  /** A class that extends the one of the path: how instances of that are made is not known. */
  readonly extended?: true;
  /** The members of a type that is written out. */
  readonly shape?: readonly Node[];
}

/** Longer chains are nobody's; also what ends a search in circles. */
export const MOST_STEPS = 200;
const PRISMA_CLIENT = '@prisma/client:PrismaClient';
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'global']);

export function originOf(tree: Tree, node: Node, steps = 0): Origin | undefined {
  const known = remember(tree, originOf, () => new Map<Node, Origin | undefined>());
  if (steps > MOST_STEPS) return undefined;
  if (known.has(node)) return known.get(node);
  // While it is thought about: whatever leads back here leads nowhere.
  known.set(node, undefined);
  const origin = preferTold(findOrigin(tree, node, steps), tree, node);
  known.set(node, origin);
  return origin;
}

/** What the source says, or else the type: `this.deps.pool`, a parameter without a type, what another file exports. */
function preferTold(told: Origin | undefined, tree: Tree, node: Node): Origin | undefined {
  if (!tree.typeOrigins || told?.made || told?.path.startsWith('global:')) return told;
  if (told && isLibrary(told.path.slice(0, told.path.indexOf(':')))) return told;
  const path = tree.typeOrigins(node);
  if (path === undefined || (told && !isLibrary(path.slice(0, path.indexOf(':'))))) return told;
  return { path, tree };
}

function findOrigin(tree: Tree, node: Node, steps: number): Origin | undefined {
  const next = (inner: Node): Origin | undefined => originOf(tree, inner, steps + 1);
  switch (node.type) {
    case 'Identifier': {
      const binding = resolve(tree, node.name, node);
      if (!binding) return { path: GLOBAL_OBJECTS.has(node.name) ? 'global:' : `global:${node.name}`, tree };
      return originOfBinding(tree, binding, steps);
    }
    case 'MemberExpression': {
      const name = keyOf(node.property, node.computed);
      if (name === undefined) return undefined;
      if (node.object.type === 'ThisExpression') return originOfField(tree, node, name, steps);
      return member(next(unwrap(node.object)), name, steps);
    }
    case 'CallExpression':
      return originOfCall(tree, node, steps);
    case 'NewExpression': {
      const made = next(unwrap(node.callee));
      return made && { path: `${made.path}{}`, tree, ...(made.extended ? {} : { made: node }) };
    }
    case 'TaggedTemplateExpression': {
      const tag = next(unwrap(node.tag));
      return tag && { path: `${tag.path}()`, tree };
    }
    case 'ImportExpression':
      return moduleOf(tree, node.source);
    case 'AwaitExpression':
      return next(unwrap(node.argument));
    case 'AssignmentExpression':
      return next(unwrap(node.right));
    case 'LogicalExpression':
      // `global.pool ?? new Pool()`: what is made here tells what the other side keeps.
      return next(unwrap(node.right)) ?? next(unwrap(node.left));
    default: {
      const inner = unwrap(node);
      return inner === node ? undefined : next(inner);
    }
  }
}

export function member(origin: Origin | undefined, name: string, steps: number): Origin | undefined {
  if (!origin) return undefined;
  const { path, tree, specifier } = origin;
  if (origin.shape) return originInShape(tree, origin.shape, name);
  if (specifier !== undefined) return originOfExport(tree, specifier, name, steps);
  if (path.endsWith(':')) return { path: name === 'default' ? path : path + name, tree };
  return { path: `${path}.${name}`, tree };
}

function originOfExport(tree: Tree, specifier: string, name: string, steps: number): Origin | undefined {
  const found = tree.home?.project.find(tree.home.path, specifier, name);
  return found && originOf(found.tree, found.node, steps + 1);
}

function originOfCall(tree: Tree, node: Extract<Node, { type: 'CallExpression' }>, steps: number): Origin | undefined {
  const callee = unwrap(node.callee);
  if (callee.type === 'Identifier') {
    const binding = resolve(tree, callee.name, callee);
    if (callee.name === 'require' && !binding && node.arguments[0]) return requiredBy(tree, node.arguments[0], steps);
    const called = binding && declarationOf(tree, binding);
    const returned = called && returnedBy(called.binding);
    if (returned) return originOf(called.tree, returned, steps + 1);
  }
  const called = originOf(tree, callee, steps + 1);
  // The same function with a promise instead of a callback.
  if (called?.path === 'util:promisify' && node.arguments[0])
    return originOf(tree, unwrap(node.arguments[0]), steps + 1);
  return called && { path: `${called.path}()`, tree, made: node };
}

/** `require('./pool')` gives what `module.exports` was set to. */
function requiredBy(tree: Tree, source: Node, steps: number): Origin | undefined {
  const module = moduleOf(tree, source);
  if (module?.specifier === undefined) return module;
  const whole = tree.home?.project.find(tree.home.path, module.specifier, '=');
  return whole && whole.node.type !== 'ObjectExpression' ? originOf(whole.tree, whole.node, steps + 1) : module;
}

/** Where a name is declared: here, or in the file of the project that it is imported from. */
export function declarationOf(tree: Tree, binding: Binding): { tree: Tree; binding: Binding } | undefined {
  const { declaration } = binding;
  if (binding.kind !== 'import' || declaration.parent?.type !== 'ImportDeclaration' || !tree.home) {
    return { tree, binding };
  }
  const name =
    declaration.type === 'ImportSpecifier' && declaration.imported.type === 'Identifier'
      ? declaration.imported.name
      : 'default';
  const found = tree.home.project.find(tree.home.path, declaration.parent.source.value, name);
  const other = found?.node.type === 'Identifier' ? resolve(found.tree, found.node.name, found.node) : undefined;
  return found && other && { tree: found.tree, binding: other };
}

/** What calling a function that a file exports would give. */
export function returnedOrigin(tree: Tree, node: Node): Origin | undefined {
  const binding = node.type === 'Identifier' ? resolve(tree, node.name, node) : undefined;
  const returned = binding && returnedBy(binding);
  return returned && originOf(tree, returned);
}

/** What a function of this file gives, where there is one thing it can give. */
function returnedBy({ declaration, kind, assigned }: Binding): Node | undefined {
  const value = kind === 'variable' && declaration.type === 'VariableDeclarator' ? declaration.init : declaration;
  if (!isFunction(value) || assigned.length > 0) return undefined;
  const { body } = value;
  if (body?.type !== 'BlockStatement') return body ? unwrap(body) : undefined;
  const last = body.body.at(-1);
  return last?.type === 'ReturnStatement' && last.argument ? unwrap(last.argument) : undefined;
}

export function originOfBinding(tree: Tree, binding: Binding, steps: number): Origin | undefined {
  const { declaration, identifier, assigned } = binding;
  switch (declaration.type) {
    case 'ImportSpecifier': {
      const from =
        declaration.parent?.type === 'ImportDeclaration' ? moduleOf(tree, declaration.parent.source) : undefined;
      const { imported } = declaration;
      const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
      // Prisma writes its client wherever it is told to, and mostly nobody commits it.
      return member(from, name, steps) ?? (name === 'PrismaClient' ? { path: PRISMA_CLIENT, tree } : undefined);
    }
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier': {
      const from =
        declaration.parent?.type === 'ImportDeclaration' ? moduleOf(tree, declaration.parent.source) : undefined;
      const isWhole = declaration.type === 'ImportNamespaceSpecifier' || from?.specifier === undefined;
      return isWhole ? from : member(from, 'default', steps);
    }
    case 'VariableDeclarator': {
      const written = writtenType(tree, identifier);
      const values = assigned
        .filter((value) => !isNothing(value))
        .map((value) => originOf(tree, unwrap(value), steps + 1));
      if (declaration.init && !isNothing(declaration.init)) {
        const from = originOf(tree, unwrap(declaration.init), steps + 1);
        values.unshift(identifier === declaration.id ? from : destructured(declaration.id, identifier, from, steps));
      }
      const [first] = values;
      if (first && values.every((it) => it?.path === first.path)) return first;
      return written;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      if (binding.kind !== 'parameter') return undefined;
      return (
        writtenType(tree, identifier) ??
        takenFrom(tree, declaration, identifier, steps) ??
        originOfGiven(tree, declaration, identifier, steps)
      );
    case 'ClassDeclaration': {
      const above = declaration.superClass ? originOf(tree, unwrap(declaration.superClass), steps + 1) : undefined;
      return above && { path: above.path, tree, extended: true };
    }
    default:
      return undefined;
  }
}

/** `({ pool }: { pool: Pool }) => …` */
function takenFrom(tree: Tree, given: FunctionNode, identifier: Node, steps: number): Origin | undefined {
  for (const parameter of given.params) {
    const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    if (pattern.type !== 'ObjectPattern') continue;
    const found = destructured(pattern, identifier, writtenType(tree, pattern), steps);
    if (found) return found;
  }
  return undefined;
}

/** `knex.transaction(async (trx) => …)`: what a library gives to a function. */
function originOfGiven(tree: Tree, given: FunctionNode, identifier: Node, steps: number): Origin | undefined {
  const call = given.parent;
  const name = call ? methodOf(call) : undefined;
  if (!call || name === undefined || given.params[0] !== identifier || !mayOpen(name)) return undefined;
  const receiver = receiverOf(call);
  const origin = receiver && originOf(tree, receiver, steps + 1);
  const gives = origin && findOpener(origin.path, name)?.gives;
  if (gives === 'handle') return origin;
  return typeof gives === 'object' ? { path: gives.path, tree } : undefined;
}

export function isNothing(node: Node): boolean {
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');
}

/** `const { Pool, Client: C } = pg`: one level, which is all that people write. */
function destructured(pattern: Node, identifier: Node, from: Origin | undefined, steps: number): Origin | undefined {
  if (pattern.type !== 'ObjectPattern') return undefined;
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue;
    const value = property.value.type === 'AssignmentPattern' ? property.value.left : property.value;
    if (value === identifier) return member(from, keyOf(property.key, property.computed) ?? '?', steps);
  }
  return undefined;
}

function moduleOf(tree: Tree, source: Node): Origin | undefined {
  if (source.type !== 'Literal' || typeof source.value !== 'string') return undefined;
  const specifier = source.value;
  if (tree.home?.project.has(tree.home.path, specifier)) return { path: 'project:', tree, specifier };
  if (specifier.startsWith('.') || specifier.startsWith('/')) return undefined;
  return { path: `${specifier.replace(/^node:/, '')}:`, tree };
}
