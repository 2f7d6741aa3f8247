import { originOf } from './origin.ts';
import { functionAround, identifiersOf, isFunction, type Node, type Tree } from './tree.ts';

const SIGNAL_NAME = /^(?:signal|abortSignal|cancelSignal)$/;

/** An AbortSignal that one of the functions around a node was given. */
export function signalInScope(tree: Tree, node: Node): string | undefined {
  for (let at = functionAround(node); at; at = functionAround(at)) {
    for (const parameter of at.params) {
      const pattern = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
      for (const identifier of identifiersOf(pattern)) {
        if (identifier.type === 'Identifier' && isSignal(tree, identifier)) return identifier.name;
      }
    }
  }
  return undefined;
}

function isSignal(tree: Tree, identifier: Extract<Node, { type: 'Identifier' }>): boolean {
  if (SIGNAL_NAME.test(identifier.name)) return !isCallbackOf(identifier);
  return originOf(tree, identifier)?.path === 'global:AbortSignal{}';
}

/** `process.on('exit', (code, signal) => …)` is about another kind of signal. */
function isCallbackOf(identifier: Node): boolean {
  const own = functionAround(identifier) ?? identifier.parent;
  const call = isFunction(own) ? own.parent : undefined;
  if (call?.type !== 'CallExpression') return false;
  const [first] = call.arguments;
  return first?.type === 'Literal' && typeof first.value === 'string';
}
