import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, isFunction, methodOf, type Node, receiverOf, resolve, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const GRPC_OWN: ReadonlySet<string> = new Set(['close', 'getChannel', 'waitForReady']);

/** Any method may be a call: what tells is how the client was made. So it is asked last. */
export const grpcClient: Client = { matches: () => true, read: readGrpc };

/** A client made with channel credentials is one of grpc-js; its calls have no deadline unless given one. */
function readGrpc(tree: Tree, call: Call): Outgoing | undefined {
  const name = methodOf(call);
  const receiver = receiverOf(call);
  if (name === undefined || !receiver || GRPC_OWN.has(name) || !tree.text.includes('@grpc/grpc-js')) return undefined;
  const made =
    receiver.type === 'Identifier' || receiver.type === 'MemberExpression' ? madeByNew(tree, receiver) : undefined;
  const credentials = made?.type === 'NewExpression' ? made.arguments[1] : undefined;
  if (!credentials || !originOf(tree, unwrap(credentials))?.path.startsWith('@grpc/grpc-js:')) return undefined;
  const rest = call.arguments.slice(1).filter((it) => !isFunction(unwrap(it)));
  const answers = rest.map((it): Answer => {
    const path = originOf(tree, unwrap(it))?.path;
    return path === '@grpc/grpc-js:Metadata{}' ? 'no' : hasLimit(readOptions(tree, it), ['deadline']);
  });
  const bounded = either('no', ...answers);
  const help = 'Pass { deadline: Date.now() + ms }: gRPC has none by default.';
  return { call, name: `gRPC ${name}`, bounded, signal: 'unknown', help };
}

function madeByNew(tree: Tree, receiver: Node): Node | undefined {
  const known = originOf(tree, receiver)?.made;
  if (known) return known;
  const binding = receiver.type === 'Identifier' ? resolve(tree, receiver.name, receiver) : undefined;
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
  return init ? unwrap(init) : undefined;
}
