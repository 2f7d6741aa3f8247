import { setTimeoutOf } from '../../defaults/index.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Hop, Limit, Timeout } from '../../hop.ts';
import { idAt, present } from '../../trees/limits.ts';
import { argumentsOf, evaluateNumber, optionsOf, placeOf, type Source } from './options.ts';
import { bare, child, type EsNode, nameOf, property, walk } from './syntax.ts';

const SERVER = '@grpc/grpc-js.Server';
/** What a stub is made with, so that its address is known. */
const CREDENTIALS = /^@grpc\/grpc-js\.(?:Channel|Server)?[cC]redentials\./;

/** gRPC on Node: servers, and calls that say when they give up. What says nothing waits for ever, wherever the call is made. */
export function grpcHops(source: Source): Hop[] {
  const nodes = [...walk(source.program)];
  const stubs = new Map(nodes.flatMap((node) => stubOf(source, node)));
  const calls = nodes.flatMap((node) => callOf(source, node, stubs));
  // Calls that differ in nothing the chain looks at are one hop.
  const different = new Map(calls.map((hop) => [JSON.stringify([hop.name, hop.timeouts.map(({ ms }) => ms)]), hop]));
  return [...nodes.flatMap((node) => serverOf(source, node, nodes)), ...different.values()];
}

function serverOf(source: Source, node: EsNode, nodes: readonly EsNode[]): Hop[] {
  if (node.type !== 'NewExpression' || source.scope.path(child(node, 'callee')) !== SERVER) return [];
  const place = placeOf(source, node);
  const { object } = optionsOf(source, argumentsOf(node)[0]);
  const option = property(object, 'grpc.max_connection_idle_ms');
  const idle =
    option && setTimeoutOf('keepalive', limitFrom(source, option), 'max_connection_idle_ms', placeOf(source, option));
  return [
    {
      id: idAt('grpc', place),
      name: 'grpc server',
      format: 'grpc',
      role: 'server',
      place: { ...place, endLine: place.line, endColumn: place.column + 1 },
      timeouts: present(idle),
      listens: nodes.flatMap((it) => bound(source, it)),
      upstreams: [],
      language: 'node',
    },
  ];
}

/** `server.bindAsync('0.0.0.0:50051', …)`. */
function bound(source: Source, node: EsNode): Endpoint[] {
  const callee = bare(child(node, 'callee'));
  if (node.type !== 'CallExpression' || nameOf(child(callee, 'property')) !== 'bindAsync') return [];
  const address = source.scope.evaluate(argumentsOf(node)[0]).value;
  return typeof address === 'string' ? [parseEndpoint(address)] : [];
}

function stubOf(source: Source, node: EsNode): [string, Endpoint][] {
  const made = node.type === 'VariableDeclarator' ? bare(child(node, 'init')) : undefined;
  const name = nameOf(child(node, 'id'));
  if (made?.type !== 'NewExpression' || name === undefined) return [];
  const [address, credentials] = argumentsOf(made);
  const written = source.scope.evaluate(address).value;
  const isStub = CREDENTIALS.test(source.scope.path(child(bare(credentials), 'callee')) ?? '');
  return isStub && typeof written === 'string' ? [[name, parseEndpoint(written)]] : [];
}

function callOf(source: Source, node: EsNode, stubs: ReadonlyMap<string, Endpoint>): Hop[] {
  const callee = bare(child(node, 'callee'));
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return [];
  const stub = nameOf(bare(child(callee, 'object'))) ?? '';
  const target = stubs.get(stub);
  if (!target) return [];
  const place = placeOf(source, node);
  const deadline = argumentsOf(node)
    .map((arg) => property(optionsOf(source, arg).object, 'deadline'))
    .find((found) => found !== undefined);
  if (!deadline) return [];
  const limit: Timeout = setTimeoutOf('request', untilOf(source, deadline), 'deadline', placeOf(source, deadline));
  return [
    {
      id: idAt('grpc', place),
      name: `grpc ${target.host ?? stub}`,
      format: 'grpc',
      role: 'client',
      place: { ...place, endLine: place.line, endColumn: place.column + 1 },
      timeouts: [limit],
      listens: [],
      upstreams: [target],
      language: 'node',
    },
  ];
}

/** `Date.now() + 5000`, also inside `new Date(…)`: how long that is from now. */
function untilOf(source: Source, node: EsNode): Limit {
  const here = source.scope.follow(node);
  if (here?.type === 'NewExpression' && source.scope.path(child(here, 'callee')) === 'Date') {
    const [inside] = argumentsOf(here);
    return inside ? untilOf(source, inside) : 'unknown';
  }
  if (here?.type !== 'BinaryExpression' || here.operator !== '+') return 'unknown';
  const sides = [bare(child(here, 'left')), bare(child(here, 'right'))];
  const isNow = (side: EsNode | undefined) => source.scope.path(child(side, 'callee')) === 'Date.now';
  const rest = sides.find((side) => !isNow(side));
  return sides.some(isNow) ? (evaluateNumber(source, rest) ?? 'unknown') : 'unknown';
}

function limitFrom(source: Source, node: EsNode): Limit {
  return evaluateNumber(source, node) ?? 'unknown';
}
