import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, methodOf, type Node, receiverOf, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const GOT = /^got:(?:got)?(?:\.?extend\(\))*(?:\.?(?:get|post|put|patch|delete|head|stream|paginate))?$/;

export const gotClient: Client = { matches: (path) => GOT.test(path), read: readGot };

function readGot(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (methodOf(call) === 'extend') return undefined;
  const [first, second] = call.arguments;
  const names = ['timeout', 'signal'];
  const whole = first !== undefined && unwrap(first).type === 'ObjectExpression';
  const options = readOptions(tree, whole ? first : second);
  const made = path.includes('extend()') ? extendedWith(tree, receiverOf(call) ?? unwrap(call.callee), names) : 'no';
  const help = 'Pass timeout: { request: ms }, or extend got with one: it has none by default.';
  return {
    call,
    name: 'got',
    bounded: either(hasLimit(options, names), made),
    signal: hasLimit(options, ['signal']),
    help,
  };
}

function extendedWith(tree: Tree, instance: Node, names: readonly string[]): Answer {
  const origin = originOf(tree, instance);
  if (origin?.made?.type !== 'CallExpression') return 'unknown';
  const { made } = origin;
  const own = either(...made.arguments.map((it): Answer => hasLimit(readOptions(origin.tree, it), names)));
  const parent = receiverOf(made);
  return parent && methodOf(made) === 'extend' && parent.type !== 'Identifier' ? 'unknown' : own;
}
