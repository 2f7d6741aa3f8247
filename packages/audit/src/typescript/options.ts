import { keyOf, type Node, referencesTo, resolve, type Tree, unwrap } from './tree.ts';

/** An options object as far as the file tells. */
export interface Options {
  readonly properties: ReadonlyMap<string, Node>;
  /** Something in it cannot be seen: a spread, a computed name, or the whole. */
  readonly open: boolean;
}

export type Answer = 'yes' | 'no' | 'unknown';

const NONE: Options = { properties: new Map(), open: false };
const HIDDEN: Options = { properties: new Map(), open: true };
const MOST_STEPS = 8;

/** @param node The argument; absent: no options. */
export function readOptions(tree: Tree, node: Node | undefined | null, steps = 0): Options {
  if (!node) return NONE;
  if (steps > MOST_STEPS) return HIDDEN;
  const value = unwrap(node);
  if (value.type === 'Identifier') return readVariable(tree, value, steps);
  if (value.type !== 'ObjectExpression') return isPlain(value) ? NONE : HIDDEN;
  const properties = new Map<string, Node>();
  let open = false;
  for (const property of value.properties) {
    if (property.type === 'SpreadElement') {
      const spread = readOptions(tree, property.argument, steps + 1);
      for (const [name, inner] of spread.properties) properties.set(name, inner);
      open ||= spread.open;
      continue;
    }
    const name = keyOf(property.key, property.computed);
    if (name === undefined) open = true;
    else properties.set(name, property.value);
  }
  return { properties, open };
}

function isPlain(node: Node): boolean {
  return node.type === 'Literal' || node.type === 'TemplateLiteral' || (node.type === 'NewExpression' && isUrl(node));
}

function isUrl({ callee }: Extract<Node, { type: 'NewExpression' }>): boolean {
  return callee.type === 'Identifier' && callee.name === 'URL';
}

function readVariable(tree: Tree, node: Extract<Node, { type: 'Identifier' }>, steps: number): Options {
  if (node.name === 'undefined') return NONE;
  const binding = resolve(tree, node.name, node);
  if (binding?.declaration.type !== 'VariableDeclarator' || binding.identifier !== binding.declaration.id)
    return HIDDEN;
  if (binding.assigned.length > 0 || !binding.declaration.init) return HIDDEN;
  const { properties, open } = readOptions(tree, binding.declaration.init, steps + 1);
  const own = new Map(properties);
  let touched = open;
  for (const reference of referencesTo(tree, binding)) {
    const { parent } = reference;
    // Assigned later: `options.timeout = 5000`.
    if (
      parent?.type === 'MemberExpression' &&
      parent.object === reference &&
      parent.parent?.type === 'AssignmentExpression'
    ) {
      const name = parent.parent.left === parent ? keyOf(parent.property, parent.computed) : undefined;
      if (name !== undefined) own.set(name, parent.parent.right);
      else touched ||= parent.parent.left === parent;
    }
    // Handed to a function that may add to it: Object.assign(options, …).
    if (parent?.type === 'CallExpression' && parent.arguments[0] === reference && methodNamed(parent, 'assign'))
      touched = true;
  }
  return { properties: own, open: touched };
}

function methodNamed({ callee }: Extract<Node, { type: 'CallExpression' }>, name: string): boolean {
  return callee.type === 'MemberExpression' && keyOf(callee.property, callee.computed) === name;
}

/** Is one of these set to something that works? Zero, false and undefined switch a limit off. */
export function hasLimit({ properties, open }: Options, names: readonly string[]): Answer {
  let answer: Answer = open ? 'unknown' : 'no';
  for (const name of names) {
    const value = properties.get(name);
    if (value && !isOff(value)) answer = 'yes';
  }
  return answer;
}

export function isOff(node: Node): boolean {
  const value = unwrap(node);
  if (value.type === 'Literal') return value.value === 0 || value.value === false || value.value === null;
  return value.type === 'Identifier' && (value.name === 'undefined' || value.name === 'Infinity');
}

/** The number a node stands for: literals, their products, and constants of the file. */
export function numberOf(tree: Tree, node: Node | undefined, steps = 0): number | undefined {
  if (!node || steps > MOST_STEPS) return undefined;
  const value = unwrap(node);
  if (value.type === 'Literal') return typeof value.value === 'number' ? value.value : undefined;
  if (value.type === 'BinaryExpression') {
    const left = numberOf(tree, value.left, steps + 1);
    const right = numberOf(tree, value.right, steps + 1);
    if (left === undefined || right === undefined) return undefined;
    if (value.operator === '*') return left * right;
    if (value.operator === '+') return left + right;
    return value.operator === '-' ? left - right : undefined;
  }
  if (value.type !== 'Identifier') return undefined;
  const binding = resolve(tree, value.name, value);
  if (binding?.declaration.type !== 'VariableDeclarator' || binding.assigned.length > 0) return undefined;
  if (binding.declaration.id !== binding.identifier) return undefined;
  return numberOf(tree, binding.declaration.init ?? undefined, steps + 1);
}

/** The text a node stands for; `${…}` in a template becomes a space. */
export function stringOf(tree: Tree, node: Node | undefined, steps = 0): string | undefined {
  if (!node || steps > MOST_STEPS) return undefined;
  const value = unwrap(node);
  if (value.type === 'Literal') return typeof value.value === 'string' ? value.value : undefined;
  if (value.type === 'TemplateLiteral') return value.quasis.map(({ value: part }) => part.raw).join(' ');
  if (value.type === 'TaggedTemplateExpression') return stringOf(tree, value.quasi, steps + 1);
  if (value.type === 'BinaryExpression' && value.operator === '+') return stringOf(tree, value.left, steps + 1);
  if (value.type !== 'Identifier') return undefined;
  const binding = resolve(tree, value.name, value);
  if (binding?.declaration.type !== 'VariableDeclarator' || binding.assigned.length > 0) return undefined;
  return binding.declaration.id === binding.identifier
    ? stringOf(tree, binding.declaration.init ?? undefined, steps + 1)
    : undefined;
}

/** One limit is enough; without one, what is not known may be one. */
export function either(...answers: Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}
