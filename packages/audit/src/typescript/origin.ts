import { findOpener, mayOpen } from './openers.ts';
import { isLibrary } from './project/libraries.ts';
import {
  type Binding,
  type ES,
  type FunctionNode,
  isFunction,
  isInside,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  remember,
  resolve,
  type Tree,
  unwrap,
} from './tree.ts';

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
}

type ClassBody = ES.ClassBody;

/** Longer chains are nobody's; also what ends a search in circles. */
const MOST_STEPS = 200;
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

function member(origin: Origin | undefined, name: string, steps: number): Origin | undefined {
  if (!origin) return undefined;
  const { path, tree, specifier } = origin;
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

function originOfBinding(tree: Tree, binding: Binding, steps: number): Origin | undefined {
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
      const written = typeOf(tree, identifier);
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
      return typeOf(tree, identifier) ?? originOfGiven(tree, declaration, identifier, steps);
    case 'ClassDeclaration': {
      const above = declaration.superClass ? originOf(tree, unwrap(declaration.superClass), steps + 1) : undefined;
      return above && { path: above.path, tree, extended: true };
    }
    default:
      return undefined;
  }
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

function isNothing(node: Node): boolean {
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

/** The type a parameter, variable or field is declared with: `client: PoolClient`. */
function typeOf(tree: Tree, node: Node): Origin | undefined {
  const annotation = 'typeAnnotation' in node ? node.typeAnnotation : undefined;
  return annotation?.type === 'TSTypeAnnotation' ? originOfType(tree, annotation.typeAnnotation, node) : undefined;
}

function originOfType(tree: Tree, type: Node, at: Node): Origin | undefined {
  if (type.type === 'TSUnionType') {
    const known = type.types.map((it) => originOfType(tree, it, at)).filter((it) => it !== undefined);
    return known.length === 1 ? known[0] : undefined;
  }
  if (type.type !== 'TSTypeReference') return undefined;
  const names: string[] = [];
  let name: Node = type.typeName;
  while (name.type === 'TSQualifiedName') {
    names.unshift(name.right.name);
    name = name.left;
  }
  if (name.type !== 'Identifier') return undefined;
  const binding = resolve(tree, name.name, at);
  // Types are imported, declared as classes, or global; a value of the same name is something else.
  const isType = binding?.kind === 'import' || binding?.kind === 'class';
  let origin = isType ? originOfBinding(tree, binding, 1) : undefined;
  if (!binding || binding.kind === 'parameter' || binding.kind === 'variable') {
    origin = { path: `global:${name.name}`, tree };
  }
  for (const part of names) origin = member(origin, part, 1);
  return origin && { path: `${origin.path}{}`, tree };
}

/** `this.pool`: a field's initial value, its type, or what the class or the one it extends assigns. */
function originOfField(tree: Tree, node: Node, name: string, steps: number): Origin | undefined {
  let at: Node | null | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  return at?.type === 'ClassBody' ? originInClass(tree, at, name, steps) : undefined;
}

function originInClass(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  const declared = declaredField(tree, body, name, steps);
  // What is assigned tells more than a type: how it was made.
  const assigned = declared?.made ? undefined : assignedField(tree, body, name, steps);
  const own = assigned?.made || !declared ? (assigned ?? declared) : declared;
  if (own || steps > MOST_STEPS) return own;
  const above = body.parent && 'superClass' in body.parent ? body.parent.superClass : undefined;
  const binding = above?.type === 'Identifier' ? resolve(tree, above.name, above) : undefined;
  const extended = binding && declarationOf(tree, binding);
  const declaration = extended?.binding.declaration;
  if (!extended || declaration?.type !== 'ClassDeclaration') return undefined;
  return originInClass(extended.tree, declaration.body, name, steps + 1);
}

function declaredField(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  for (const item of body.body) {
    if (item.type === 'PropertyDefinition' && keyOf(item.key, item.computed) === name) {
      const value = item.value && !isNothing(item.value) ? originOf(tree, unwrap(item.value), steps + 1) : undefined;
      const known = value ?? typeOf(tree, item);
      if (known) return known;
    }
    if (item.type === 'MethodDefinition' && item.kind === 'constructor') {
      for (const parameter of item.value.params) {
        if (parameter.type !== 'TSParameterProperty') continue;
        const own = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
        if (own.type === 'Identifier' && own.name === name) return typeOf(tree, own);
      }
    }
  }
  return undefined;
}

function assignedField(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  const origins = (assignedFields(tree).get(name) ?? [])
    .filter(({ left, right }) => !isNothing(right) && isInside(left, body))
    .map(({ right }) => originOf(tree, unwrap(right), steps + 1));
  const [first] = origins;
  return first && origins.every((it) => it?.path === first.path) ? first : undefined;
}

/** `this.name = …` in all of the file, by name. */
function assignedFields(tree: Tree): ReadonlyMap<string, readonly ES.AssignmentExpression[]> {
  return remember(tree, assignedFields, () => {
    const fields = new Map<string, ES.AssignmentExpression[]>();
    for (const node of nodesOf(tree, 'AssignmentExpression')) {
      const { left } = node;
      if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') continue;
      const name = keyOf(left.property, left.computed);
      const same = name === undefined ? undefined : fields.get(name);
      if (same) same.push(node);
      else if (name !== undefined) fields.set(name, [node]);
    }
    return fields;
  });
}

function moduleOf(tree: Tree, source: Node): Origin | undefined {
  if (source.type !== 'Literal' || typeof source.value !== 'string') return undefined;
  const specifier = source.value;
  if (tree.home?.project.has(tree.home.path, specifier)) return { path: 'project:', tree, specifier };
  if (specifier.startsWith('.') || specifier.startsWith('/')) return undefined;
  return { path: `${specifier.replace(/^node:/, '')}:`, tree };
}
