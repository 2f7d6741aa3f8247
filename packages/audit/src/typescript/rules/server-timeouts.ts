import { numberOf, type Options, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import type { Report, Rule } from '../rule.ts';
import { keyOf, type Node, nodesOf, type Tree, textOf, unwrap } from '../tree.ts';

/** Milliseconds between two looks of Node's server at its connections: no receiving limit fires in between. */
const CHECKING_INTERVAL_MS = 30_000;
const NAMES: ReadonlySet<string> = new Set(
  'timeout keepAliveTimeout headersTimeout requestTimeout connectionsCheckingInterval'.split(' '),
);
const SERVER =
  /^(?:https?:createServer\(\)|https?:Server\{\}|express:\(\)\.listen\(\)|http2:create(?:Secure)?Server\(\)|.*[:.]listen\(\))$/;

interface Setting {
  readonly ms: number;
  readonly node: Node;
}

export const serverTimeouts: Rule = {
  id: 'js/server-timeouts',
  severity: 'warning',
  title: 'A timeout of the server is set so that it cannot do what it is for',
  words: /\b(?:headersTimeout|requestTimeout|keepAliveTimeout)\b|\bserver\w*\.(?:setTimeout|timeout)\b/i,
  *find(tree: Tree) {
    for (const settings of [...assignedSettings(tree), ...createdSettings(tree)]) yield* judge(settings);
  },
};

/** `server.headersTimeout = …`, by what it is set on. */
function assignedSettings(tree: Tree): Map<string, Setting>[] {
  const servers = new Map<string, Map<string, Setting>>();
  for (const node of nodesOf(tree, 'AssignmentExpression')) {
    const left = unwrap(node.left);
    if (left.type !== 'MemberExpression') continue;
    const name = keyOf(left.property, left.computed);
    const ms = numberOf(tree, node.right);
    if (name === undefined || !NAMES.has(name) || ms === undefined || !isServer(tree, left.object)) continue;
    const key = textOf(tree, left.object);
    const settings = servers.get(key) ?? new Map<string, Setting>();
    servers.set(key, settings.set(name, { ms, node }));
  }
  for (const call of nodesOf(tree, 'CallExpression')) {
    const callee = unwrap(call.callee);
    if (callee.type !== 'MemberExpression' || keyOf(callee.property, callee.computed) !== 'setTimeout') continue;
    const ms = numberOf(tree, call.arguments[0]);
    // With a listener of its own it does what the listener says.
    if (ms === undefined || call.arguments.length > 1 || !isServer(tree, callee.object)) continue;
    const key = textOf(tree, callee.object);
    const settings = servers.get(key) ?? new Map<string, Setting>();
    servers.set(key, settings.set('timeout', { ms, node: call }));
  }
  return [...servers.values()];
}

function isServer(tree: Tree, node: Node): boolean {
  const value = unwrap(node);
  const path = originOf(tree, value)?.path;
  if (path !== undefined && !path.startsWith('global:')) return SERVER.test(path);
  return value.type === 'Identifier' && /^(?:http|https)?server$/i.test(value.name);
}

/** `createServer({ requestTimeout: … }, …)`. */
function createdSettings(tree: Tree): Map<string, Setting>[] {
  return nodesOf(tree, 'CallExpression').flatMap((call) => {
    if (!/^https?:createServer$/.test(originOf(tree, unwrap(call.callee))?.path ?? '')) return [];
    const [first] = call.arguments;
    const options: Options | undefined =
      first && unwrap(first).type !== 'ArrowFunctionExpression' ? readOptions(tree, first) : undefined;
    const settings = new Map<string, Setting>();
    for (const [name, node] of options?.properties ?? []) {
      const ms = NAMES.has(name) ? numberOf(tree, node) : undefined;
      if (ms !== undefined) settings.set(name, { ms, node });
    }
    return settings.size > 0 ? [settings] : [];
  });
}

function* judge(settings: ReadonlyMap<string, Setting>): Generator<Report> {
  const headers = settings.get('headersTimeout');
  const request = settings.get('requestTimeout');
  const idle = settings.get('timeout');
  const checked = settings.get('connectionsCheckingInterval');
  if (headers && request && request.ms > 0 && headers.ms > request.ms) {
    yield {
      node: headers.node,
      message: `headersTimeout (${headers.ms} ms) is longer than requestTimeout (${request.ms} ms): it can never fire.`,
      help: 'Set headersTimeout below requestTimeout.',
    };
  }
  const interval = checked?.ms ?? CHECKING_INTERVAL_MS;
  for (const [name, limit] of [
    ['headersTimeout', headers],
    ['requestTimeout', request],
  ] as const) {
    if (!limit || limit.ms <= 0 || limit.ms >= interval) continue;
    yield {
      node: limit.node,
      message: `${name} is ${limit.ms} ms, but Node looks only every ${interval} ms (connectionsCheckingInterval): it may fire as late as after ${limit.ms + interval} ms.`,
      help: `Set connectionsCheckingInterval below it, in createServer(). ${name} bounds receiving a request, never its handler.`,
    };
  }
  if (idle && idle.ms > 0) {
    yield {
      node: idle.node,
      message: `The socket timeout of ${idle.ms} ms destroys connections whose handler is still at work: the caller sees a reset, no 503, and the handler runs on.`,
      help: 'Bound the handler with a deadline of its own that answers 503; use headersTimeout and requestTimeout for slow senders.',
    };
  }
}
