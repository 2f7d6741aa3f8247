import { guardRest, suggest } from '../fixes.ts';
import { originOf } from '../origin.ts';
import type { Report, Rule } from '../rule.ts';
import {
  type Binding,
  type Call,
  functionAround,
  isFunction,
  isInside,
  keyOf,
  type Node,
  nodesOf,
  referencesTo,
  resolve,
  startOf,
  type Tree,
  unwrap,
} from '../tree.ts';

export const unclearedAbortTimer: Rule = {
  id: 'js/uncleared-abort-timer',
  severity: 'warning',
  title: 'A timer that aborts is never cleared',
  words: /\bAbortController\b/,
  *find(tree: Tree) {
    for (const call of nodesOf(tree, 'CallExpression')) {
      if (originOf(tree, unwrap(call.callee))?.path !== 'global:setTimeout') continue;
      const controller = abortedBy(tree, call);
      if (!controller || isCleared(tree, call)) continue;
      yield {
        node: call.callee,
        message: `The timer that aborts ${controller.name} is not cleared when the work is done: each call leaves one behind, which holds its memory and keeps the process awake.`,
        help: 'Use AbortSignal.timeout(ms), which needs no clearing, or clearTimeout() in a finally.',
        ...fixOf(tree, call),
      };
    }
  },
};

/** `setTimeout(() => controller.abort(), ms)`: the controller, if it is made for one call. */
function abortedBy(tree: Tree, call: Call): Binding | undefined {
  const [callback] = call.arguments;
  if (!callback) return undefined;
  for (const name of tree.references.get('AbortController') ?? []) {
    const made = name.parent?.type === 'NewExpression' ? name.parent : undefined;
    const declarator = made?.parent?.type === 'VariableDeclarator' ? made.parent : undefined;
    // A timer that another function starts guards no call of this one.
    const own = declarator && functionAround(declarator);
    if (declarator?.id.type !== 'Identifier' || !own || own !== functionAround(call)) continue;
    const binding = resolve(tree, declarator.id.name, declarator.id);
    if (binding && referencesTo(tree, binding).some((it) => isInside(it, callback) && isAbort(it))) return binding;
  }
  return undefined;
}

function isAbort(reference: Node): boolean {
  const { parent } = reference;
  return parent?.type === 'MemberExpression' && keyOf(parent.property, parent.computed) === 'abort';
}

/** Cleared, unreferenced, or handed to someone who may do either. */
function isCleared(tree: Tree, call: Call): boolean {
  const { parent } = call;
  if (parent?.type === 'ExpressionStatement') return false;
  if (isFunction(parent)) return true;
  // setTimeout(…).unref() keeps nothing awake.
  if (parent?.type === 'MemberExpression') return true;
  const target =
    parent?.type === 'VariableDeclarator'
      ? parent.id
      : parent?.type === 'AssignmentExpression'
        ? parent.left
        : undefined;
  if (target?.type !== 'Identifier') return true;
  const binding = resolve(tree, target.name, target);
  if (!binding) return true;
  return referencesTo(tree, binding).some((it) => it !== target);
}

function fixOf(tree: Tree, call: Call): Pick<Report, 'fix'> {
  const { parent } = call;
  const isBare = parent?.type === 'ExpressionStatement';
  const statement = parent?.type === 'VariableDeclarator' ? parent.parent : parent;
  const name = isBare
    ? 'timer'
    : parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
      ? parent.id.name
      : '';
  if (!statement || name === '' || (isBare && resolve(tree, name, call))) return {};
  const edits = guardRest(tree, statement, `clearTimeout(${name});`);
  if (!edits) return {};
  const named = isBare ? [{ start: startOf(call), end: startOf(call), text: `const ${name} = ` }] : [];
  return { fix: suggest('Clear the timer in a finally', [...named, ...edits]) };
}
