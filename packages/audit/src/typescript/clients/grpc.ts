import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { declarationOf, originOf } from '../origin.ts';
import {
  type Call,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  remember,
  resolve,
  type Tree,
  unwrap,
} from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const GRPC_OWN: ReadonlySet<string> = new Set(['close', 'getChannel', 'waitForReady']);

/** Options of a client that may bound its calls. */
const GRPC_SETTINGS = ['interceptors', 'interceptor_providers', 'grpc.service_config', 'callInvocationTransformer'];

/** Any method may be a call: what tells is how the client was made. So it is asked last. */
export const grpcClient: Client = { matches: () => true, read: readGrpc };

/** A client made with channel credentials is one of grpc-js; its calls have no deadline unless given one. */
function readGrpc(tree: Tree, call: Call): Outgoing | undefined {
  const name = methodOf(call);
  const receiver = receiverOf(call);
  if (name === undefined || GRPC_OWN.has(name)) return undefined;
  if (receiver?.type !== 'Identifier' && receiver?.type !== 'MemberExpression') return undefined;
  const client = madeByNew(tree, receiver);
  const credentials = client?.made.arguments[1];
  if (!client || !credentials) return undefined;
  if (!originOf(client.tree, unwrap(credentials))?.path.startsWith('@grpc/grpc-js:')) return undefined;
  // Interceptors may set a deadline, a service config a timeout per method.
  const settings = readOptions(client.tree, client.made.arguments[2]);
  const hidden = settings.open || GRPC_SETTINGS.some((key) => settings.properties.has(key));
  const rest = call.arguments.slice(1).filter((it) => !isCallback(tree, unwrap(it)));
  const answers = rest.map((it): Answer => {
    const path = originOf(tree, unwrap(it))?.path;
    return path === '@grpc/grpc-js:Metadata{}' ? 'no' : hasLimit(readOptions(tree, it), ['deadline']);
  });
  const bounded = either(hidden ? 'unknown' : 'no', ...answers);
  const help = 'Pass { deadline: Date.now() + ms }: gRPC has none by default.';
  return { call, name: `gRPC ${name}`, bounded, signal: 'unknown', help };
}

function isCallback(tree: Tree, node: Node): boolean {
  if (isFunction(node)) return true;
  if (node.type !== 'Identifier') return false;
  return /^(?:callback|cb|done)$/i.test(node.name) || resolve(tree, node.name, node)?.kind === 'function';
}

interface GrpcClient {
  readonly made: Extract<Node, { type: 'NewExpression' }>;
  readonly tree: Tree;
}

/** Clients that a compiler wrote have no origin: then the variable or field tells how they are made. */
function madeByNew(tree: Tree, receiver: Node): GrpcClient | undefined {
  const own = remember(tree, readGrpc, () => tree.text.includes('@grpc/grpc-js'));
  const binding = receiver.type === 'Identifier' ? resolve(tree, receiver.name, receiver) : undefined;
  if (!own && !(binding?.kind === 'import' && tree.home)) return undefined;
  const known = originOf(tree, receiver);
  if (known?.made?.type === 'NewExpression') return { made: known.made, tree: known.tree };
  if (receiver.type === 'MemberExpression') return madeForField(tree, receiver);
  const declared = binding && declarationOf(tree, binding);
  const declaration = declared?.binding.declaration;
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? unwrap(declaration.init) : undefined;
  return declared && init?.type === 'NewExpression' ? { made: init, tree: declared.tree } : undefined;
}

/** `this.client = new GreeterClient(address, credentials)`. */
function madeForField(tree: Tree, receiver: Extract<Node, { type: 'MemberExpression' }>): GrpcClient | undefined {
  const name = receiver.object.type === 'ThisExpression' ? keyOf(receiver.property, receiver.computed) : undefined;
  if (name === undefined) return undefined;
  const values = [
    ...nodesOf(tree, 'PropertyDefinition').map(({ key, computed, value }) => [keyOf(key, computed), value] as const),
    ...nodesOf(tree, 'AssignmentExpression').map(({ left, right }) => {
      const isOwn = left.type === 'MemberExpression' && left.object.type === 'ThisExpression';
      return [isOwn ? keyOf(left.property, left.computed) : undefined, right] as const;
    }),
  ].flatMap(([key, value]) => (key === name && value ? [unwrap(value)] : []));
  const [made] = values;
  return values.length === 1 && made?.type === 'NewExpression' ? { made, tree } : undefined;
}
