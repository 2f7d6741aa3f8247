import {
  type Binding,
  isFunction,
  isInside,
  keyOf,
  type Node,
  nodesOf,
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
  /** The call or `new` that made the value, if it was made here. */
  readonly made?: Node;
}

/** Longer chains are nobody's; also what ends a search in circles. */
const MOST_STEPS = 200;
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'global']);

export function originOf(tree: Tree, node: Node, steps = 0): Origin | undefined {
  const known = remember(tree, originOf, () => new Map<Node, Origin | undefined>());
  if (steps > MOST_STEPS) return undefined;
  if (known.has(node)) return known.get(node);
  // While it is thought about: whatever leads back here leads nowhere.
  known.set(node, undefined);
  const origin = findOrigin(tree, node, steps);
  known.set(node, origin);
  return origin;
}

function findOrigin(tree: Tree, node: Node, steps: number): Origin | undefined {
  const next = (inner: Node): Origin | undefined => originOf(tree, inner, steps + 1);
  switch (node.type) {
    case 'Identifier': {
      const binding = resolve(tree, node.name, node);
      if (!binding) return { path: GLOBAL_OBJECTS.has(node.name) ? 'global:' : `global:${node.name}` };
      return originOfBinding(tree, binding, steps);
    }
    case 'MemberExpression': {
      const name = keyOf(node.property, node.computed);
      if (name === undefined) return undefined;
      if (node.object.type === 'ThisExpression') return originOfField(tree, node, name, steps);
      return member(next(unwrap(node.object)), name);
    }
    case 'CallExpression':
      return originOfCall(tree, node, steps);
    case 'NewExpression': {
      const made = next(unwrap(node.callee));
      return made && { path: `${made.path}{}`, made: node };
    }
    case 'ImportExpression':
      return moduleOf(node.source);
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

function member(origin: Origin | undefined, name: string): Origin | undefined {
  if (!origin) return undefined;
  if (origin.path.endsWith(':')) {
    return { path: name === 'default' ? origin.path : origin.path + name };
  }
  return { path: `${origin.path}.${name}` };
}

function originOfCall(tree: Tree, node: Extract<Node, { type: 'CallExpression' }>, steps: number): Origin | undefined {
  const callee = unwrap(node.callee);
  if (callee.type === 'Identifier') {
    const binding = resolve(tree, callee.name, callee);
    if (callee.name === 'require' && !binding && node.arguments[0]) return moduleOf(node.arguments[0]);
    const returned = binding && returnedBy(binding);
    if (returned) return originOf(tree, returned, steps + 1);
  }
  const called = originOf(tree, callee, steps + 1);
  return called && { path: `${called.path}()`, made: node };
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
      const from = declaration.parent?.type === 'ImportDeclaration' ? moduleOf(declaration.parent.source) : undefined;
      const { imported } = declaration;
      return member(from, imported.type === 'Identifier' ? imported.name : String(imported.value));
    }
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return declaration.parent?.type === 'ImportDeclaration' ? moduleOf(declaration.parent.source) : undefined;
    case 'VariableDeclarator': {
      const written = typeOf(tree, identifier);
      const values = assigned
        .filter((value) => !isNothing(value))
        .map((value) => originOf(tree, unwrap(value), steps + 1));
      if (declaration.init && !isNothing(declaration.init)) {
        const from = originOf(tree, unwrap(declaration.init), steps + 1);
        values.unshift(identifier === declaration.id ? from : destructured(declaration.id, identifier, from));
      }
      const [first] = values;
      if (first && values.every((it) => it?.path === first.path)) return first;
      return written;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return binding.kind === 'parameter' ? typeOf(tree, identifier) : undefined;
    default:
      return undefined;
  }
}

function isNothing(node: Node): boolean {
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');
}

/** `const { Pool, Client: C } = pg`: one level, which is all that people write. */
function destructured(pattern: Node, identifier: Node, from: Origin | undefined): Origin | undefined {
  if (pattern.type !== 'ObjectPattern') return undefined;
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue;
    const value = property.value.type === 'AssignmentPattern' ? property.value.left : property.value;
    if (value === identifier) return member(from, keyOf(property.key, property.computed) ?? '?');
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
  let origin = binding?.kind === 'import' ? originOfBinding(tree, binding, 1) : undefined;
  if (!binding || binding.kind === 'parameter' || binding.kind === 'variable') origin = { path: `global:${name.name}` };
  for (const part of names) origin = member(origin, part);
  return origin && { path: `${origin.path}{}` };
}

/** `this.pool`: a field's initial value, its type, or what the class assigns. */
function originOfField(tree: Tree, node: Node, name: string, steps: number): Origin | undefined {
  let at: Node | null | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  if (at?.type !== 'ClassBody') return undefined;
  const body = at;
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
  const values = nodesOf(tree, 'AssignmentExpression').filter(({ left }) => {
    if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') return false;
    return keyOf(left.property, left.computed) === name && isInside(left, body);
  });
  const origins = values
    .filter(({ right }) => !isNothing(right))
    .map(({ right }) => originOf(tree, unwrap(right), steps + 1));
  const [first] = origins;
  return first && origins.every((it) => it?.path === first.path) ? first : undefined;
}

function moduleOf(source: Node): Origin | undefined {
  if (source.type !== 'Literal' || typeof source.value !== 'string') return undefined;
  // What a file of the same project exports is not known here.
  if (source.value.startsWith('.') || source.value.startsWith('/')) return undefined;
  return { path: `${source.value.replace(/^node:/, '')}:` };
}
