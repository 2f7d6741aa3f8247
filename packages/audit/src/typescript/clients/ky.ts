import { hasLimit, isOff, readOptions } from '../options.ts';
import { type Call, methodOf, type Tree } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const KY = /^ky:(?:\.?(?:create|extend)\(\))*(?:\.?(?:get|post|put|patch|delete|head))?$/;

export const kyClient: Client = { matches: (path) => KY.test(path), read: readKy };

/** ky ends a request after 10 s unless told otherwise. */
function readKy(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (/^(?:create|extend)$/.test(methodOf(call) ?? '')) return undefined;
  const options = readOptions(tree, call.arguments[1]);
  const own = options.properties.get('timeout');
  const signal = hasLimit(options, ['signal']);
  const isUnlimited = own !== undefined && isOff(own) && signal === 'no' && !options.open;
  const help = 'Leave the timeout on, or pass a signal.';
  return { call, name: 'ky', bounded: isUnlimited && !path.includes('()') ? 'no' : 'yes', signal, help };
}
