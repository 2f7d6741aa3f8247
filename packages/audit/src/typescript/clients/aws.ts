import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { type Origin, originOf } from '../origin.ts';
import { type Call, receiverOf, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

/** `client.send(command)`, and the methods of clients that have one per command: `new S3({}).getObject()`. */
const AWS =
  /^@aws-sdk\/(?:client|lib)-[\w-]+:(?:\w+(?:\{\}|\.from\(\))\.send|\w+(?<!Client)\{\}\.(?!destroy|send|middlewareStack|config)\w+)$/;
/**
 * Settings of a request handler that end a request which is answered by nobody; connectionTimeout ends only the connecting. Of what
 * requestTimeout does the version decides: of node-http-handler 4.14 it only logs a warning unless throwOnRequestTimeout is set.
 */
const HANDLER_LIMITS = ['requestTimeout', 'socketTimeout'];
/** `DynamoDBDocumentClient.from(client)`, one inside the other. */
const MOST_WRAPPED = 3;

/** Version 3 of the SDK. */
export const awsClient: Client = { matches: (path) => AWS.test(path), read: readAws };

function readAws(tree: Tree, call: Call): Outgoing {
  const receiver = receiverOf(call);
  const set = clientLimit(receiver && originOf(tree, receiver), MOST_WRAPPED);
  const own = readOptions(tree, call.arguments[1]);
  const help =
    'Give the client a requestHandler with requestTimeout and throwOnRequestTimeout, or pass abortSignal: the SDK sets no time limit.';
  const bounded = either(hasLimit(own, ['abortSignal', 'requestTimeout']), set);
  return { call, name: 'AWS SDK send', bounded, signal: hasLimit(own, ['abortSignal']), help };
}

function clientLimit(origin: Origin | undefined, depth: number): Answer {
  const made = origin?.made;
  if (!origin || depth === 0) return 'unknown';
  if (made?.type === 'CallExpression') {
    const [inner] = made.arguments;
    return inner ? clientLimit(originOf(origin.tree, unwrap(inner)), depth - 1) : 'unknown';
  }
  if (made?.type !== 'NewExpression') return 'unknown';
  const options = readOptions(origin.tree, made.arguments[0]);
  // An upload of lib-storage is given its client.
  const client = options.properties.get('client');
  if (client) return clientLimit(originOf(origin.tree, unwrap(client)), depth - 1);
  const handler = options.properties.get('requestHandler');
  if (!handler) return options.open ? 'unknown' : 'no';
  const value = originOf(origin.tree, unwrap(handler));
  if (value?.made?.type === 'NewExpression') {
    return hasLimit(readOptions(value.tree, value.made.arguments[0]), HANDLER_LIMITS);
  }
  return hasLimit(readOptions(origin.tree, handler), HANDLER_LIMITS);
}
