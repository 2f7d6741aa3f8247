import { queryAt } from '../databases/queries.ts';
import { functionOf } from '../handlers.ts';
import { originOf } from '../origin.ts';
import { outgoingAt } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import {
  descendants,
  endOf,
  isFunction,
  type Node,
  nodesOf,
  referencesTo,
  resolve,
  startOf,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

export const raceLeavesLoser: Rule = {
  id: 'js/race-leaves-loser',
  severity: 'warning',
  title: 'A race against a timer leaves the slow work running',
  words: /\bPromise\s*\.\s*race\b/,
  *find(tree: Tree) {
    for (const call of nodesOf(tree, 'CallExpression')) {
      if (originOf(tree, unwrap(call.callee))?.path !== 'global:Promise.race') continue;
      const [list] = call.arguments;
      if (list?.type !== 'ArrayExpression') continue;
      const sides = list.elements.filter((it) => it !== null && it.type !== 'SpreadElement');
      const timer = sides.find((it) => isTimer(tree, it, 0));
      if (!timer) continue;
      const work = sides.filter((it) => it !== timer);
      const found = work.find((it) => isUncancellable(tree, it));
      if (!found || abortsBeside(tree, call) || isAwaitedLater(tree, found, call)) continue;
      yield {
        node: call.callee,
        message:
          'When the timer wins this race, the other side goes on: what it holds (a socket, a connection, a lock) stays held though nobody waits.',
        help: 'Give the work a signal and abort it when time is up: AbortSignal.timeout(ms) instead of the race.',
        related: [{ node: found, message: 'goes on' }],
      };
    }
  },
};

/** A promise that a timer settles: new Promise around setTimeout, a pause, a function or variable that is one. */
function isTimer(tree: Tree, node: Node, depth: number): boolean {
  const value = unwrap(node);
  const path = originOf(tree, value)?.path ?? '';
  if (/^(?:timers\/promises:setTimeout|delay:|p-timeout:)\(\)$/.test(path)) return true;
  if (value.type === 'NewExpression' && path === 'global:Promise{}')
    return /\bsetTimeout\s*\(/.test(textOf(tree, value));
  if (depth > 3) return false;
  if (value.type === 'Identifier') {
    const binding = resolve(tree, value.name, value);
    const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
    return init !== undefined && init !== null && isTimer(tree, init, depth + 1);
  }
  if (value.type !== 'CallExpression') return false;
  const callee = unwrap(value.callee);
  if (callee.type === 'MemberExpression' && /^(?:then|catch|finally)$/.test(textOf(tree, callee.property))) {
    return isTimer(tree, callee.object, depth + 1);
  }
  if (callee.type !== 'Identifier') return false;
  const called = functionOf(resolve(tree, callee.name, callee));
  if (!called?.body) return /^(?:timeout|sleep|delay|wait|pause)(?:After|Promise|Ms)?$/i.test(callee.name);
  return /\bsetTimeout\s*\(/.test(textOf(tree, called)) && !hasWork(tree, called);
}

function hasWork(tree: Tree, root: Node): boolean {
  for (const node of descendants(tree, root, true)) if (outgoingAt(tree, node) || queryAt(tree, node)) return true;
  return false;
}

/** The race only tells whether it is done by then: it is waited for all the same. */
function isAwaitedLater(tree: Tree, work: Node, race: Node): boolean {
  const value = unwrap(work);
  const binding = value.type === 'Identifier' ? resolve(tree, value.name, value) : undefined;
  if (!binding) return false;
  return referencesTo(tree, binding).some((it) => startOf(it) > endOf(race) && it.parent?.type === 'AwaitExpression');
}

/** Work that is known to hold something, or that is unknown and given no signal. */
function isUncancellable(tree: Tree, node: Node): boolean {
  const value = unwrap(node);
  const started = value.type === 'Identifier' ? initOf(tree, value) : value;
  if (!started) return isParameter(tree, value);
  if (/\bsignal\b|abort/i.test(textOf(tree, started))) return false;
  if (started.type !== 'CallExpression') return false;
  for (const inner of descendants(tree, started, true))
    if (outgoingAt(tree, inner) || queryAt(tree, inner)) return true;
  const callee = unwrap(started.callee);
  const called = callee.type === 'Identifier' ? functionOf(resolve(tree, callee.name, callee)) : undefined;
  if (called) return hasWork(tree, called) && !/\bsignal\b|abort/i.test(textOf(tree, called));
  return callee.type === 'Identifier' && isParameter(tree, callee);
}

function initOf(tree: Tree, node: Extract<Node, { type: 'Identifier' }>): Node | undefined {
  const binding = resolve(tree, node.name, node);
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
  return init ? unwrap(init) : undefined;
}

/** `withTimeout(promise, ms)`: a helper that is given the work cannot end it. */
function isParameter(tree: Tree, node: Node): boolean {
  return node.type === 'Identifier' && resolve(tree, node.name, node)?.kind === 'parameter';
}

/** The function that races also aborts or cancels: it knows. */
function abortsBeside(tree: Tree, call: Node): boolean {
  let at: Node | null | undefined = call.parent;
  while (at && !isFunction(at)) at = at.parent;
  return at ? /\.(?:abort|cancel|destroy|terminate|kill)\w*\s*\(/.test(textOf(tree, at)) : false;
}
