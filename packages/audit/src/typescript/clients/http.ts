import { type Answer, either, hasLimit, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, isFunction, keyOf, type Node, referencesTo, resolve, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const HTTP = /^https?:(?:request|get)$|^follow-redirects:https?\.(?:request|get)$/;

/** `node:http`, `node:https` and follow-redirects. */
export const httpClient: Client = { matches: (path) => HTTP.test(path), read: readHttp };

function readHttp(tree: Tree, call: Call, path: string): Outgoing {
  const objects = call.arguments.filter((it) => !isFunction(unwrap(it)));
  const read = objects.map((it, at) =>
    at === 0 && isUrlLike(tree, it, objects.length) ? undefined : readOptions(tree, it),
  );
  const options = read.filter((it) => it !== undefined);
  const signal = either(...options.map((it) => hasLimit(it, ['signal'])));
  const timeout = either(...options.map((it) => hasLimit(it, ['timeout'])));
  const ended = endsOnTimeout(tree, call);
  const name = path.replace(':', '.');
  const help = `Pass signal: AbortSignal.timeout(ms) to ${name}().`;
  if (signal !== 'no' || ended !== 'no') return { call, name, bounded: either(signal, ended), signal, help };
  if (timeout === 'yes') {
    const trap = `${name}() has a timeout, but nothing listens for it: Node only emits 'timeout', the request goes on`;
    return { call, name, bounded: 'no', signal, help: `Destroy the request on 'timeout', or: ${help}`, trap };
  }
  return { call, name, bounded: timeout, signal, help };
}

function isUrlLike(tree: Tree, node: Node, count: number): boolean {
  if (stringOf(tree, node) !== undefined || count > 1) return true;
  const value = unwrap(node);
  if (originOf(tree, value)?.path.endsWith('URL{}')) return true;
  return value.type === 'Identifier' && /ur[il]$|href$|link$/i.test(value.name);
}

/** `req.setTimeout(ms, …)`, `req.on('timeout', …)`, on the call or on the variable it goes to. */
function endsOnTimeout(tree: Tree, call: Call): Answer {
  const isEnding = (used: Node): boolean => {
    const member = used.parent?.type === 'MemberExpression' && used.parent.object === used ? used.parent : undefined;
    if (!member) return false;
    const name = keyOf(member.property, member.computed);
    if (name === 'setTimeout') return true;
    const outer =
      member.parent?.type === 'CallExpression' && member.parent.callee === member ? member.parent : undefined;
    if ((name === 'on' || name === 'once') && outer)
      return stringOf(tree, outer.arguments[0]) === 'timeout' || isEnding(outer);
    return (name === 'destroy' || name === 'abort') && member.parent?.type === 'CallExpression';
  };
  if (isEnding(call)) return 'yes';
  const { parent } = call;
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
    const binding = resolve(tree, parent.id.name, parent.id);
    const references = binding ? referencesTo(tree, binding) : [];
    if (references.some(isEnding)) return 'yes';
    const isOut = references.some(
      (it) => it.parent?.type === 'ReturnStatement' || it.parent?.type === 'CallExpression',
    );
    return isOut ? 'unknown' : 'no';
  }
  const stays = parent?.type === 'ExpressionStatement' || parent?.type === 'MemberExpression';
  return stays ? 'no' : 'unknown';
}
