import {
  type Binding,
  childrenOf,
  type ES,
  type FunctionNode,
  type Home,
  identifiersOf,
  isFunction,
  type Node,
  nodesOf,
  resolve,
  type Tree,
  type TypeOrigins,
  type VisitorKeys,
} from './tree.ts';

interface Walk {
  readonly keys: VisitorKeys;
  readonly byType: Map<string, Node[]>;
  readonly scopes: Map<Node, Map<string, Binding>>;
  readonly references: Map<string, Node[]>;
}

const BLOCKS: ReadonlySet<string> = new Set([
  ...['BlockStatement', 'ForStatement', 'ForInStatement', 'ForOfStatement', 'SwitchStatement', 'CatchClause'],
  ...['StaticBlock', 'ClassExpression'],
]);
/** Walks a program once. Parents are set on the nodes. */
export function indexTree(
  program: ES.Program,
  text: string,
  keys: VisitorKeys,
  { home, typeOrigins }: { readonly home?: Home | undefined; readonly typeOrigins?: TypeOrigins | undefined } = {},
): Tree {
  const walk: Walk = { keys, byType: new Map(), scopes: new Map([[program, new Map()]]), references: new Map() };
  visit(program, undefined, walk);
  const tree: Tree = { text, program, ...walk, home, typeOrigins, memo: new Map() };
  // Assigned values are known only once every scope is.
  for (const node of nodesOf(tree, 'AssignmentExpression')) {
    if (node.left.type === 'Identifier') resolve(tree, node.left.name, node)?.assigned.push(node.right);
  }
  return tree;
}

function visit(node: Node, parent: Node | undefined, walk: Walk): void {
  const { type } = node;
  if (parent) (node as { parent?: Node }).parent = parent;
  const same = walk.byType.get(type);
  if (same) same.push(node);
  else walk.byType.set(type, [node]);
  declare(node, walk);
  if (type === 'Identifier' && isReference(node, parent)) {
    const named = walk.references.get(node.name);
    if (named) named.push(node);
    else walk.references.set(node.name, [node]);
  }
  for (const child of childrenOf(node, walk.keys)) visit(child, node, walk);
}

function isReference(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.computed || parent.object === node;
    case 'Property':
      return parent.value === node || parent.computed;
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return parent.value === node || parent.computed;
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'LabeledStatement':
      return false;
    default:
      return true;
  }
}

function declare(node: Node, walk: Walk): void {
  if (isFunction(node) || BLOCKS.has(node.type)) walk.scopes.set(node, new Map());
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      add(node.local, 'import', node, node, walk);
      return;
    case 'VariableDeclarator': {
      const declaration = node.parent;
      const isVar = declaration?.type === 'VariableDeclaration' && declaration.kind === 'var';
      for (const identifier of identifiersOf(node.id)) add(identifier, 'variable', node, node, walk, isVar);
      return;
    }
    case 'FunctionDeclaration':
      if (node.id && node.parent) add(node.id, 'function', node, node.parent, walk);
      declareParameters(node, walk);
      return;
    case 'FunctionExpression':
      if (node.id) add(node.id, 'function', node, node, walk);
      declareParameters(node, walk);
      return;
    case 'ArrowFunctionExpression':
      declareParameters(node, walk);
      return;
    case 'ClassDeclaration':
      if (node.id) add(node.id, 'class', node, node, walk);
      return;
    case 'CatchClause':
      if (node.param) for (const identifier of identifiersOf(node.param)) add(identifier, 'other', node, node, walk);
      return;
  }
}

function declareParameters(node: FunctionNode, walk: Walk): void {
  for (const parameter of node.params) {
    const pattern = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
    for (const identifier of identifiersOf(pattern)) add(identifier, 'parameter', node, node, walk);
  }
}

function add(
  identifier: Node,
  kind: Binding['kind'],
  declaration: Node,
  from: Node,
  walk: Walk,
  toFunction = false,
): void {
  if (identifier.type !== 'Identifier') return;
  let at: Node | null | undefined = from;
  while (at && !(walk.scopes.has(at) && !(toFunction && BLOCKS.has(at.type)))) at = at.parent;
  const scope = at ? walk.scopes.get(at) : undefined;
  if (scope && !scope.has(identifier.name)) {
    scope.set(identifier.name, { name: identifier.name, kind, identifier, declaration, assigned: [] });
  }
}
