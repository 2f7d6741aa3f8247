import { either, hasLimit, type Options, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, receiverOf, type Tree } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const AWS = /^(@aws-sdk\/(?:client|lib)-[\w-]+):\w+(?:\{\}|\.from\(\))\.send$/;

/** Version 3 of the SDK. */
export const awsClient: Client = { matches: (path) => AWS.test(path), read: readAws };

function readAws(tree: Tree, call: Call): Outgoing {
  const receiver = receiverOf(call);
  const origin = receiver && originOf(tree, receiver);
  const options: Options | undefined =
    origin?.made?.type === 'NewExpression' ? readOptions(origin.tree, origin.made.arguments[0]) : undefined;
  const set = options ? hasLimit(options, ['requestHandler']) : 'unknown';
  const own = readOptions(tree, call.arguments[1]);
  const help = 'Give the client a requestHandler with requestTimeout, or pass abortSignal: the SDK sets no time limit.';
  const signal = hasLimit(own, ['abortSignal']);
  return {
    call,
    name: 'AWS SDK send',
    bounded: either(hasLimit(own, ['abortSignal', 'requestTimeout']), set),
    signal,
    help,
  };
}
