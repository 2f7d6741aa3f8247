import { awsClient } from './clients/aws.ts';
import { axiosClient } from './clients/axios.ts';
import type { Client, Outgoing } from './clients/client.ts';
import { fetchClient } from './clients/fetch.ts';
import { gotClient } from './clients/got.ts';
import { grpcClient } from './clients/grpc.ts';
import { httpClient } from './clients/http.ts';
import { kitClient } from './clients/kits.ts';
import { kyClient } from './clients/ky.ts';
import { nestHttpClient } from './clients/nest-http.ts';
import { optionsClient } from './clients/options-clients.ts';
import { superagentClient } from './clients/superagent.ts';
import { undiciClient } from './clients/undici.ts';
import { originOf } from './origin.ts';
import { type Call, type Node, nodesOf, remember, type Tree, unwrap } from './tree.ts';

const CLIENTS: readonly Client[] = [
  fetchClient,
  undiciClient,
  httpClient,
  axiosClient,
  gotClient,
  kyClient,
  kitClient,
  superagentClient,
  nestHttpClient,
  optionsClient,
  awsClient,
  grpcClient,
];

/** Every outgoing call of the file whose client is known. */
export function outgoingCalls(tree: Tree): readonly Outgoing[] {
  return remember(tree, outgoingCalls, () =>
    nodesOf(tree, 'CallExpression')
      .map((call) => readOutgoing(tree, call))
      .filter((it) => it !== undefined),
  );
}

export function outgoingAt(tree: Tree, node: Node): Outgoing | undefined {
  return remember(
    tree,
    'outgoing by call',
    () => new Map<Node, Outgoing>(outgoingCalls(tree).map((it) => [it.call, it])),
  ).get(node);
}

function readOutgoing(tree: Tree, call: Call): Outgoing | undefined {
  // A client that a compiler wrote has no origin.
  const path = originOf(tree, unwrap(call.callee))?.path ?? '';
  return CLIENTS.find((client) => client.matches(path))?.read(tree, call, path);
}
