import { isCheckout } from './databases/checkouts.ts';
import { followHold, type Hold } from './flow.ts';
import {
  type Binding,
  type Call,
  functionAround,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  referencesTo,
  remember,
  resolve,
  type Tree,
  unwrap,
} from './tree.ts';

/** A connection that a function takes out of a pool and keeps in a variable. */
export interface Checkout {
  readonly call: Call;
  readonly binding: Binding;
  /** The statement that takes it. */
  readonly statement: Node;
  /** The pool's own name in the source, for messages. */
  readonly pool: Node;
}

const RELEASES: ReadonlySet<string> = new Set(['release', 'end', 'destroy', 'endSession', 'close', '_destroy']);
const POOL_RELEASES: ReadonlySet<string> = new Set(['releaseConnection', 'release', 'destroy']);

export function checkoutsOf(tree: Tree): readonly Checkout[] {
  return remember(tree, checkoutsOf, () => nodesOf(tree, 'CallExpression').flatMap((call) => readCheckout(tree, call)));
}

function readCheckout(tree: Tree, call: Call): Checkout[] {
  if (!isCheckout(tree, call) || !functionAround(call)) return [];
  const pool = receiverOf(call);
  // Without an await the call gives a promise, or takes a callback: other code, other paths. Two drivers give it at once.
  const value = call.parent?.type === 'AwaitExpression' ? call.parent : call;
  const isDirect = methodOf(call) === 'createQueryRunner' || methodOf(call) === 'startSession';
  if (!pool || (value === call && !isDirect)) return [];
  const target = targetOf(value);
  const binding = target && resolve(tree, target.name, target);
  if (!binding || functionAround(binding.identifier) !== functionAround(call)) return [];
  let statement: Node = value;
  while (statement.parent && !/^(?:BlockStatement|SwitchCase|StaticBlock|Program)$/.test(statement.parent.type)) {
    statement = statement.parent;
  }
  return [{ call, binding, statement, pool }];
}

function targetOf(value: Node): Extract<Node, { type: 'Identifier' }> | undefined {
  const { parent } = value;
  if (parent?.type === 'VariableDeclarator' && parent.parent?.type === 'VariableDeclaration') {
    // `await using` gives it back by itself.
    if (parent.parent.kind.includes('using')) return undefined;
    return parent.id.type === 'Identifier' ? parent.id : undefined;
  }
  if (parent?.type !== 'AssignmentExpression' || parent.parent?.type !== 'ExpressionStatement') return undefined;
  return parent.left.type === 'Identifier' ? parent.left : undefined;
}

export function holdOf(tree: Tree, { binding }: Checkout, onHeld?: Hold['onHeld']): Hold {
  return {
    tree,
    isRelease: (node) => isReleaseOf(tree, node, binding),
    isPresenceTest: (test) => isPresence(tree, test, binding),
    ...(onHeld ? { onHeld } : {}),
  };
}

/** Everything evaluated between the checkout and what gives it back. */
export function heldCode(tree: Tree, checkout: Checkout): Node[] {
  const held: Node[] = [];
  followHold(
    holdOf(tree, checkout, (node) => held.push(node)),
    checkout.statement,
  );
  return held;
}

export function isReleaseOf(tree: Tree, node: Node, binding: Binding): boolean {
  if (node.type !== 'CallExpression') return false;
  const name = methodOf(node);
  const receiver = receiverOf(node);
  if (receiver?.type === 'Identifier' && name !== undefined && RELEASES.has(name)) {
    if (isOf(tree, receiver, binding)) return true;
  }
  const [first] = node.arguments;
  const given = first?.type === 'Identifier' && isOf(tree, first, binding);
  if (!given) return false;
  if (name !== undefined) return POOL_RELEASES.has(name);
  return node.callee.type === 'Identifier' && /release|close|cleanup|dispose|destroy/i.test(node.callee.name);
}

function isOf(tree: Tree, node: Extract<Node, { type: 'Identifier' }>, binding: Binding): boolean {
  return node.name === binding.name && resolve(tree, node.name, node) === binding;
}

function isPresence(tree: Tree, test: Node, binding: Binding): boolean {
  const value = unwrap(test);
  if (value.type === 'Identifier') return isOf(tree, value, binding);
  if (value.type === 'LogicalExpression' && value.operator === '&&') return isPresence(tree, value.left, binding);
  if (value.type !== 'BinaryExpression' || !value.operator.startsWith('!=')) return false;
  return value.left.type === 'Identifier' && isOf(tree, value.left, binding);
}

/** Who has it besides this function: given away, stored, returned, or used by code that runs later. */
export function escapes(tree: Tree, { binding, call }: Checkout): 'released-elsewhere' | 'given-away' | 'stays' {
  const own = functionAround(call);
  let givenAway = false;
  for (const reference of referencesTo(tree, binding)) {
    const { parent } = reference;
    const outer = parent?.type === 'MemberExpression' && parent.object === reference ? parent : undefined;
    const called = outer?.parent?.type === 'CallExpression' && outer.parent.callee === outer ? outer.parent : undefined;
    const inside = functionAround(reference) === own;
    if (called && !inside && isReleaseOf(tree, called, binding)) return 'released-elsewhere';
    // `setTimeout(client.release, …)`, `.finally(client.release)`
    if (outer && !called && RELEASES.has(keyOf(outer.property, outer.computed) ?? '')) return 'released-elsewhere';
    // Helpers that end the transaction of a connection mostly give it back as well.
    if (isGivenToEnd(reference)) return 'released-elsewhere';
    if (!outer && !isTestOf(reference)) givenAway = true;
  }
  return givenAway ? 'given-away' : 'stays';
}

function isGivenToEnd(reference: Node): boolean {
  const { parent } = reference;
  if (parent?.type !== 'CallExpression' || parent.callee.type !== 'Identifier') return false;
  return /^(?:commit|rollback)/i.test(parent.callee.name);
}

function isTestOf(reference: Node): boolean {
  const { parent } = reference;
  if (parent?.type === 'AssignmentExpression') return parent.left === reference;
  return /^(?:IfStatement|UnaryExpression|BinaryExpression|LogicalExpression)$/.test(parent?.type ?? '');
}
