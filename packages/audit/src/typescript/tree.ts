import type * as ES from 'oxc-parser';

export type Node = ES.Node;
export type FunctionNode = (ES.Function | ES.ArrowFunctionExpression) & ES.Span;
export type Call = ES.CallExpression;
/** What asks: a call, or a template with a tag. */
export type Asking = Call | ES.TaggedTemplateExpression;
export type { ES };

/** By type of node, the properties that hold nodes. */
export type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>;

/** A name as one scope declares it. */
export interface Binding {
  readonly name: string;
  readonly kind: 'import' | 'variable' | 'parameter' | 'function' | 'class' | 'other';
  /** The identifier that declares it. */
  readonly identifier: Node;
  /** ImportSpecifier, VariableDeclarator, the function whose parameter it is, the function or class itself. */
  readonly declaration: Node;
  /** Values assigned after the declaration. */
  readonly assigned: Node[];
}

/** What a name of another file stands for there. */
export interface Definition {
  readonly tree: Tree;
  readonly node: Node;
}

/** The files around one: what names that it imports from them are. */
export interface Project {
  /** Is this a file of the project itself, and no library? */
  has(file: string, specifier: string): boolean;
  /** @param name As exported there; `=` is what `module.exports` is set to, `*` the whole file. Undefined: nothing is known of it. */
  find(file: string, specifier: string, name: string): Definition | undefined;
  /** Does the file belong to a package that only pages run, as its package.json tells? */
  isPage(path: string): boolean;
  /** The tree of a file that was read for another's sake; parsed without an error. */
  cached(path: string): Tree | undefined;
}

/** Where a tree comes from, if it lies among others. */
export interface Home {
  readonly path: string;
  readonly project: Project;
}

/** The origin (as in origin.ts) of a value by its type, for those whose source does not tell. */
export type TypeOrigins = (node: Node) => string | undefined;

/** A parsed file with what every rule asks of it: nodes by type, scopes, and who refers to what. */
export interface Tree {
  readonly keys: VisitorKeys;
  readonly text: string;
  readonly program: ES.Program;
  /** In the order of the source. */
  readonly byType: ReadonlyMap<string, readonly Node[]>;
  readonly scopes: ReadonlyMap<Node, ReadonlyMap<string, Binding>>;
  /** Identifiers that refer to a value, by name; not the names of properties. */
  readonly references: ReadonlyMap<string, readonly Node[]>;
  readonly home: Home | undefined;
  /** Where a compiler is at hand. */
  readonly typeOrigins: TypeOrigins | undefined;
  /** What rules remember about this file while it is audited. */
  readonly memo: Map<unknown, unknown>;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

/** The names a pattern binds. */
export function identifiersOf(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((it) => identifiersOf(it.type === 'RestElement' ? it.argument : it.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((it) => (it ? identifiersOf(it) : []));
    case 'AssignmentPattern':
      return identifiersOf(pattern.left);
    case 'RestElement':
      return identifiersOf(pattern.argument);
    case 'TSParameterProperty':
      return identifiersOf(pattern.parameter);
    default:
      return [];
  }
}

/** What a name means at a node; undefined for globals. */
export function resolve(tree: Tree, name: string, from: Node): Binding | undefined {
  for (let at: Node | null | undefined = from; at; at = at.parent) {
    const binding = tree.scopes.get(at)?.get(name);
    if (binding) return binding;
  }
  return undefined;
}

export function referencesTo(tree: Tree, binding: Binding): Node[] {
  const named = tree.references.get(binding.name) ?? [];
  return named.filter((node) => node !== binding.identifier && resolve(tree, binding.name, node) === binding);
}

type Typed<T extends Node['type']> = Extract<Node, { type: T }>;

export function nodesOf<T extends Node['type']>(tree: Tree, type: T): readonly Typed<T>[] {
  // The index is by type.
  return (tree.byType.get(type) ?? []) as unknown as readonly Typed<T>[];
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return node !== null && node !== undefined && FUNCTIONS.has(node.type);
}

/** The function a node runs in; undefined at the top of the file. */
export function functionAround(node: Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at;
  return undefined;
}

export function isInside(node: Node, outer: Node): boolean {
  for (let at: Node | null | undefined = node; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** What a type assertion, a chain or an await says about a value is not its value. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return unwrap(node.expression);
    default:
      return node;
  }
}

/** The name of a property where it is written out. */
export function keyOf(node: Node, computed: boolean): string | undefined {
  if (!computed && (node.type === 'Identifier' || node.type === 'PrivateIdentifier')) return node.name;
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

export function isAsking(node: Node): node is Asking {
  return node.type === 'CallExpression' || node.type === 'TaggedTemplateExpression';
}

/** What is called, or the tag of a template. */
export function calleeOf(call: Asking): Node {
  return unwrap(call.type === 'CallExpression' ? call.callee : call.tag);
}

export function argumentsOf(call: Asking): readonly Node[] {
  return call.type === 'CallExpression' ? call.arguments : [];
}

/** The text of a literal string. */
export function stringValue(node: Node | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** The name a call's method has: `query` in `pool.query(…)`. */
export function methodOf(call: Node): string | undefined {
  if (!isAsking(call)) return undefined;
  const callee = calleeOf(call);
  return callee.type === 'MemberExpression' ? keyOf(callee.property, callee.computed) : undefined;
}

/** What a method is called on. */
export function receiverOf(call: Node): Node | undefined {
  if (!isAsking(call)) return undefined;
  const callee = calleeOf(call);
  return callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
}

/** Every node below one, nested functions as asked. */
export function* descendants(tree: Tree, root: Node, intoFunctions: boolean): Generator<Node> {
  const stack = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    if (node !== root && isFunction(node) && !intoFunctions) continue;
    stack.push(...childrenOf(node, tree.keys).toReversed());
  }
}

/** Types say nothing about what runs; where one matters it is read from its declaration. */
const TYPES = /^TS(?:Type(?!Assertion)|Interface|Declare|Enum|Module(?!Block)|Abstract)/;

export function childrenOf(node: Node, keys: VisitorKeys): Node[] {
  const children: Node[] = [];
  for (const key of keys[node.type] ?? []) {
    // Every node is an object of properties; the keys say which of them hold nodes.
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
    if (Array.isArray(child)) {
      for (const item of child) if (item && !isType(item)) children.push(item);
    } else if (child && !isType(child)) children.push(child);
  }
  return children;
}

function isType({ type }: Node): boolean {
  return type.startsWith('TS') && TYPES.test(type);
}

/** Offsets in UTF-16 units; parsers for ESLint give a range only. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? node.start;
}

export function endOf(node: Node): number {
  return node.range?.[1] ?? node.end;
}

export function textOf(tree: Tree, node: Node): string {
  return tree.text.slice(startOf(node), endOf(node));
}

/** One answer per file and key, thought about once. */
export function remember<T>(tree: Tree, key: unknown, think: () => T): T {
  if (!tree.memo.has(key)) tree.memo.set(key, think());
  // Stored by the line above under the same key.
  return tree.memo.get(key) as T;
}
