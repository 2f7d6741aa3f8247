import { hasLimit, isOff, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, methodOf, receiverOf, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const KY = /^ky:(?:\.?(?:create|extend)\(\))*(?:\.?(?:get|post|put|patch|delete|head))?$/;

export const kyClient: Client = { matches: (path) => KY.test(path), read: readKy };

/** ky ends a request after 10 s unless told otherwise, where it is called or where the instance was made. */
function readKy(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (/^(?:create|extend)$/.test(methodOf(call) ?? '')) return undefined;
  const options = readOptions(tree, call.arguments[1]);
  const signal = hasLimit(options, ['signal']);
  const own = options.properties.get('timeout');
  const isEndless = own ? isOff(own) : path.includes('()') && isMadeEndless(tree, call);
  const bounded = isEndless && signal !== 'yes' ? (options.open ? 'unknown' : 'no') : 'yes';
  return { call, name: 'ky', bounded, signal, help: 'Leave the timeout on, or pass a signal.' };
}

function isMadeEndless(tree: Tree, call: Call): boolean {
  const origin = originOf(tree, receiverOf(call) ?? unwrap(call.callee));
  if (origin?.made?.type !== 'CallExpression') return false;
  const timeout = readOptions(origin.tree, origin.made.arguments[0]).properties.get('timeout');
  return timeout !== undefined && isOff(timeout);
}
