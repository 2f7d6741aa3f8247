import { isLoader, isNextRoute, isProcedure, propertyNamed } from './handler-forms.ts';
import { handlersOf } from './handlers.ts';
import { originOf } from './origin.ts';
import {
  type Call,
  descendants,
  type FunctionNode,
  functionAround,
  identifiersOf,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  resolve,
  startOf,
  stringValue,
  type Tree,
  unwrap,
} from './tree.ts';

const SIGNAL_NAME = /^(?:signal|abortSignal|cancelSignal)$/;
const WEB_REQUEST = /^(?:global:Request|next\/server:NextRequest)\{\}$/;
/** What is listened to for the caller's going: the request, the response, or their sockets. */
const PEER_NAME = /^_?(?:req|request|res|response|reply|raw|socket)$/;

/** An AbortSignal that one of the functions around a node was given, or ends when its caller goes: how it is written. */
export function signalInScope(tree: Tree, node: Node): string | undefined {
  for (let at = functionAround(node); at; at = functionAround(at)) {
    for (const parameter of at.params) {
      const pattern = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
      for (const identifier of identifiersOf(pattern)) {
        if (identifier.type === 'Identifier' && isSignal(tree, identifier)) return identifier.name;
      }
    }
    const wired = wiredController(tree, at, node);
    if (wired !== undefined) return `${wired}.signal`;
  }
  return undefined;
}

/** The signal of the request that the handler around a node answers, as it is written there. */
export function requestSignal(tree: Tree, node: Node): string | undefined {
  const handlers = handlersOf(tree);
  for (let at = functionAround(node); at; at = functionAround(at))
    if (handlers.has(at)) return signalOfHandler(tree, at);
  return undefined;
}

function signalOfHandler(tree: Tree, handler: FunctionNode): string | undefined {
  const [first] = handler.params;
  if (first?.type === 'ObjectPattern' && isLoader(handler)) {
    const request = propertyNamed(first, 'request');
    return request === undefined ? undefined : `${request}.signal`;
  }
  if (first?.type !== 'Identifier') return undefined;
  const given = originOf(tree, first)?.path ?? '';
  if (given === 'hono:Context{}' || isRouteOf(tree, handler, /^hono:Hono\{\}/)) return `${first.name}.req.raw.signal`;
  if (isNextRoute(handler) || WEB_REQUEST.test(given) || isProcedure(handler)) return `${first.name}.signal`;
  // Fastify's ends when the request's own stream closes: where there is a body that is before the handler runs.
  const method = handler.parent ? methodOf(handler.parent) : undefined;
  const isBodiless = method === 'get' || method === 'head';
  return isBodiless && isRouteOf(tree, handler, /^fastify:/) ? `${first.name}.signal` : undefined;
}

function isRouteOf(tree: Tree, { parent }: FunctionNode, framework: RegExp): boolean {
  const receiver = parent ? receiverOf(parent) : undefined;
  return receiver !== undefined && framework.test(originOf(tree, receiver)?.path ?? '');
}

/** `res.on('close', () => controller.abort())` before the node: the controller's name. */
function wiredController(tree: Tree, own: FunctionNode, node: Node): string | undefined {
  if (!tree.references.has('AbortController')) return undefined;
  for (const call of nodesOf(tree, 'CallExpression')) {
    if (functionAround(call) !== own || startOf(call) > startOf(node) || !isAboutCaller(call)) continue;
    const [, listener] = call.arguments;
    const controller = listener && abortedIn(tree, listener);
    if (controller !== undefined) return controller;
  }
  return undefined;
}

function isAboutCaller(call: Call): boolean {
  if (!/^(?:on|once|addListener)$/.test(methodOf(call) ?? '')) return false;
  if (!/^(?:close|aborted)$/.test(stringValue(call.arguments[0]) ?? '')) return false;
  const receiver = receiverOf(call);
  const name =
    receiver?.type === 'Identifier'
      ? receiver.name
      : receiver?.type === 'MemberExpression'
        ? keyOf(receiver.property, receiver.computed)
        : undefined;
  return name !== undefined && PEER_NAME.test(name);
}

function abortedIn(tree: Tree, listener: Node): string | undefined {
  for (const node of descendants(tree, listener, true)) {
    if (node.type !== 'CallExpression' || methodOf(node) !== 'abort') continue;
    const controller = receiverOf(node);
    const binding = controller?.type === 'Identifier' ? resolve(tree, controller.name, controller) : undefined;
    const made = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
    if (made && originOf(tree, unwrap(made))?.path === 'global:AbortController{}') return binding?.name;
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
  return call?.type === 'CallExpression' && stringValue(call.arguments[0]) !== undefined;
}
