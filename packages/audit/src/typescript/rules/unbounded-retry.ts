import { calledFunction } from '../handlers.ts';
import { originOf } from '../origin.ts';
import { outgoingAt } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import { type Call, descendants, isFunction, type Node, nodesOf, resolve, type Tree, textOf } from '../tree.ts';

type Loop = Extract<Node, { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' }>;

/** A clock or a signal that ends the attempts. */
const DEADLINE =
  /\b(?:Date\.now|performance\.now|hrtime|deadline|signal|aborted|elapsed|timeout_?at|expires?|giveUpAt|maxElapsed\w*|remaining\w*|budget\w*)/i;
/** A limit of one attempt says nothing of all of them. */
const PER_ATTEMPT = /\bsignal:\s*AbortSignal\.timeout\([^)]*\)/g;
const JITTER = /Math\.random|randomInt|jitter|randomBytes|getRandomValues/i;
/** Tried again because another was faster, with nobody slow to wait for. */
const CONFLICT = /unique|duplicate|conflict|deadlock|serializ|optimisticlock/i;
const PAUSE_NAME = /^(?:sleep|delay|wait|pause|backoff|setTimeout)\w*$/i;

export const unboundedRetry: Rule = {
  id: 'js/unbounded-retry',
  severity: 'warning',
  title: 'Retries have no overall deadline, or come all at once',
  words: /attempt|retr(?:y|ies)|tries/i,
  libraries: true,
  *find(tree: Tree) {
    for (const type of ['ForStatement', 'WhileStatement', 'DoWhileStatement'] as const) {
      for (const loop of nodesOf(tree, type)) {
        const attempt = attemptIn(tree, loop);
        if (!attempt) continue;
        const around = functionText(tree, loop);
        const noDeadline = !DEADLINE.test(around.replace(PER_ATTEMPT, ''));
        const pause = pauseIn(tree, loop);
        if (pause === undefined && goesThroughList(tree, loop)) continue;
        const noJitter = pause !== undefined && !JITTER.test(around) && !JITTER.test(textOfCalled(tree, pause));
        if (!noDeadline) continue;
        const also = noJitter ? '; and the pauses have no jitter, so all callers come back together' : '';
        yield {
          node: attempt,
          message: `These retries have no deadline over all of them: attempts and pauses add up past what the caller waits${also}.`,
          help: 'Stop when the remaining budget is spent (a signal or Date.now() against a deadline), and pause for a random part of the delay.',
        };
      }
    }
  },
};

/** A try in the loop around an outgoing call (or work it was handed), whose catch goes on to the next turn. */
function attemptIn(tree: Tree, loop: Loop): Node | undefined {
  for (const node of descendants(tree, loop.body, false)) {
    if (node.type !== 'TryStatement' || !node.handler || loopOf(node) !== loop) continue;
    if (!goesOn(node.handler.body) || !leaves(tree, node.block)) continue;
    if (CONFLICT.test(textOf(tree, node.handler.body))) continue;
    for (const inner of descendants(tree, node.block, false)) {
      if (inner.type !== 'AwaitExpression' || inner.argument.type !== 'CallExpression') continue;
      if (asksSomeone(tree, inner.argument)) return inner.argument.callee;
    }
  }
  return undefined;
}

function asksSomeone(tree: Tree, call: Call): boolean {
  if (outgoingAt(tree, call)) return true;
  const { callee } = call;
  if (callee.type === 'Identifier') {
    const binding = resolve(tree, callee.name, callee);
    // A helper that is handed the work: `await work()`.
    if (binding?.kind === 'parameter') return !PAUSE_NAME.test(callee.name);
  }
  const called = calledFunction(tree, call);
  if (!called) return false;
  for (const node of descendants(tree, called, true)) if (outgoingAt(tree, node)) return true;
  return false;
}

function loopOf(node: Node): Node | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunction(at)) return undefined;
    if (/^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(at.type)) return at;
  }
  return undefined;
}

/** Success leaves the loop: without that it is polling or a worker's loop, not a retry. */
function leaves(tree: Tree, block: Node): boolean {
  for (const node of descendants(tree, block, false)) {
    if (node.type === 'ReturnStatement' || node.type === 'BreakStatement') return true;
  }
  return false;
}

/** The catch does not always leave. */
function goesOn(body: Extract<Node, { type: 'BlockStatement' }>): boolean {
  return !/^(?:Throw|Return|Break)Statement$/.test(body.body.at(-1)?.type ?? '');
}

function pauseIn(tree: Tree, loop: Loop): Call | undefined {
  for (const node of descendants(tree, loop.body, false)) {
    if (node.type !== 'AwaitExpression' || node.argument.type !== 'CallExpression') continue;
    const { callee } = node.argument;
    const name = callee.type === 'Identifier' ? callee.name : '';
    if (PAUSE_NAME.test(name) || originOf(tree, callee)?.path === 'timers/promises:setTimeout') return node.argument;
  }
  return undefined;
}

/** Another server each turn, `urls[i]`: a failover, no retry. */
function goesThroughList(tree: Tree, loop: Loop): boolean {
  for (const node of descendants(tree, loop.body, false)) {
    if (node.type === 'MemberExpression' && node.computed && node.property.type === 'Identifier') return true;
  }
  return false;
}

function functionText(tree: Tree, loop: Node): string {
  let at: Node | null | undefined = loop;
  while (at && !isFunction(at)) at = at.parent;
  return textOf(tree, at ?? loop);
}

function textOfCalled(tree: Tree, call: Call): string {
  const called = calledFunction(tree, call);
  return called ? textOf(tree, called) : '';
}
