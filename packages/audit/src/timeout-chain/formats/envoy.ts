import { defaultTimeout } from '../defaults/index.ts';
import { parseProtoDuration } from '../durations.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { ConfigFile, Endpoint, Hop, Reading, Retries, Timeout } from '../hop.ts';
import { idAt, present, timeoutAt } from '../trees/limits.ts';
import { readYaml } from '../trees/read-yaml.ts';
import { at, each, items, number, type Tree, text } from '../trees/tree.ts';
import { maps, unknownTimeouts } from '../trees/walk.ts';
import type { Format } from './format.ts';

const KNOWN = new Set([
  'timeout',
  'idle_timeout',
  'per_try_timeout',
  'per_try_idle_timeout',
  'connect_timeout',
  'stream_idle_timeout',
  'request_timeout',
  'request_headers_timeout',
  'drain_timeout',
  'delayed_close_timeout',
  'max_stream_duration',
  'max_connection_duration',
  'transport_socket_connect_timeout',
  'tcp_keepalive',
  'keepalive_time',
  'keepalive_interval',
  'keepalive_probes',
  'unhealthy_interval',
  'grpc_timeout_header_max',
  'grpc_timeout_offset',
  'max_grpc_timeout',
  'resource_api_version',
  'initial_fetch_timeout',
  'connection_keepalive',
  'listener_filters_timeout',
]);

export const envoy: Format = {
  id: 'envoy',
  title: 'Envoy',
  sniff: ({ file, text: content }) =>
    /\.(?:ya?ml|json)$/.test(file) &&
    /["']?(?:static_resources|route_config|virtual_hosts|http_connection_manager|load_assignment|staticResources)["']?\s*:/.test(
      content,
    ),
  read: readEnvoy,
};

function readEnvoy(file: ConfigFile): Reading {
  const { documents, problems } = readYaml(file);
  const hops = documents.flatMap(routesOf);
  const notUnderstood = documents.flatMap((document) =>
    unknownTimeouts(document, KNOWN, new Set(['health_checks', 'admin', 'dynamic_resources'])),
  );
  return { hops, aliases: [], overlays: [], notUnderstood, problems };
}

function routesOf(document: Tree): Hop[] {
  const clusters = new Map<string, Tree>();
  for (const { path, map } of maps(document)) {
    const name = text(at(map, 'name'));
    if (name !== undefined && (path.at(-1) === 'clusters' || at(map, 'load_assignment') || at(map, 'connect_timeout')))
      clusters.set(name, map);
  }
  const hops: Hop[] = [];
  for (const { listens, manager } of managersOf(document)) {
    for (const host of items(at(manager, 'route_config', 'virtual_hosts'))) {
      for (const route of items(at(host, 'routes'))) {
        const action = at(route, 'route');
        if (action) hops.push(hopOf(route, action, host, manager, clusters, listens));
      }
    }
  }
  return hops;
}

/** Connection managers with the address their listener is bound to; route configurations alone count as one. */
function* managersOf(document: Tree): Generator<{ listens: readonly Endpoint[]; manager: Tree }> {
  let found = false;
  for (const { path, map: listener } of maps(document)) {
    if (path.at(-1) !== 'listeners') continue;
    const address = at(listener, 'address', 'socket_address');
    const port = number(at(address, 'port_value'));
    const host = text(at(address, 'address'));
    for (const { map } of maps(listener)) {
      if (!at(map, 'route_config')) continue;
      found = true;
      yield {
        listens: [{ ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) }],
        manager: map,
      };
    }
  }
  if (found) return;
  for (const { map } of maps(document)) {
    if (at(map, 'route_config')) yield { listens: [], manager: map };
    else if (at(map, 'virtual_hosts'))
      yield {
        listens: [],
        manager: {
          type: 'map',
          place: map.place,
          entries: new Map([['route_config', { key: map.place, value: map }]]),
        },
      };
  }
}

function hopOf(
  route: Tree,
  action: Tree,
  host: Tree,
  manager: Tree,
  clusters: ReadonlyMap<string, Tree>,
  listens: readonly Endpoint[],
): Hop {
  const names = [
    text(at(action, 'cluster')),
    ...items(at(action, 'weighted_clusters', 'clusters')).map((it) => text(at(it, 'name'))),
  ].filter((name) => name !== undefined);
  const cluster = names.map((name) => clusters.get(name)).find((found) => found !== undefined);
  const place = action.place;
  const policy = at(action, 'retry_policy') ?? at(host, 'retry_policy') ?? at(manager, 'route_config', 'retry_policy');
  const prefix =
    text(at(route, 'match', 'prefix')) ??
    text(at(route, 'match', 'path')) ??
    text(at(route, 'match', 'safe_regex', 'regex'));
  const retries = retriesOf(policy);
  const domains = each(at(host, 'domains'))
    .map(text)
    .filter((name) => name !== undefined && !name.includes('*'));
  return {
    id: idAt('envoy', place),
    name: `envoy ${prefix ?? names[0] ?? text(at(host, 'name')) ?? ''}`.trim(),
    format: 'envoy',
    role: 'proxy',
    place,
    timeouts: present(
      ...routeTimeouts(action, manager, policy),
      ...clusterTimeouts(cluster, place),
      ...callerTimeouts(manager, place),
    ),
    ...(retries ? { retries } : {}),
    listens: [...listens, ...domains.map((name) => parseEndpoint(name ?? ''))],
    upstreams: cluster ? endpointsOf(cluster) : names.length > 0 ? names.map((name) => ({ host: name })) : [{}],
    reusesUpstream: true,
  };
}

function routeTimeouts(action: Tree, manager: Tree, policy: Tree | undefined): (Timeout | undefined)[] {
  const read = { parse: parseProtoDuration };
  const longest =
    at(action, 'max_stream_duration', 'max_stream_duration') ??
    at(manager, 'common_http_protocol_options', 'max_stream_duration');
  return [
    timeoutAt(at(action, 'timeout'), { ...read, kind: 'request', setting: 'route timeout' }) ??
      defaultTimeout('envoy.route.timeout', 'route timeout', action.place),
    timeoutAt(at(policy, 'per_try_timeout'), { ...read, kind: 'try', setting: 'per_try_timeout' }),
    timeoutAt(longest, { ...read, kind: 'request', setting: 'max_stream_duration' }),
    timeoutAt(at(action, 'idle_timeout'), { ...read, kind: 'response', setting: 'route idle_timeout' }) ??
      timeoutAt(at(manager, 'stream_idle_timeout'), { ...read, kind: 'response', setting: 'stream_idle_timeout' }) ??
      defaultTimeout('envoy.stream_idle_timeout', 'stream_idle_timeout', action.place),
  ];
}

function callerTimeouts(manager: Tree, place: Timeout['place']): (Timeout | undefined)[] {
  const read = { parse: parseProtoDuration };
  return [
    timeoutAt(at(manager, 'common_http_protocol_options', 'idle_timeout'), {
      ...read,
      kind: 'keepalive',
      setting: 'idle_timeout (downstream)',
    }) ?? defaultTimeout('envoy.idle_timeout', 'idle_timeout (downstream)', place),
    timeoutAt(at(manager, 'request_headers_timeout'), { ...read, kind: 'header', setting: 'request_headers_timeout' }),
    timeoutAt(at(manager, 'request_timeout'), { ...read, kind: 'body', setting: 'request_timeout' }),
  ];
}

function clusterTimeouts(cluster: Tree | undefined, place: Timeout['place']): (Timeout | undefined)[] {
  const read = { parse: parseProtoDuration };
  const options = at(
    cluster,
    'typed_extension_protocol_options',
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  );
  const idle =
    at(options, 'common_http_protocol_options', 'idle_timeout') ??
    at(cluster, 'common_http_protocol_options', 'idle_timeout');
  return [
    timeoutAt(at(cluster, 'connect_timeout'), { ...read, kind: 'connect', setting: 'connect_timeout' }) ??
      defaultTimeout('envoy.connect_timeout', 'connect_timeout', cluster?.place ?? place),
    timeoutAt(idle, { ...read, kind: 'upstream-keepalive', setting: 'idle_timeout (cluster)' }) ??
      defaultTimeout('envoy.upstream.idle_timeout', 'idle_timeout (cluster)', cluster?.place ?? place),
  ];
}

function retriesOf(policy: Tree | undefined): Retries | undefined {
  if (!policy || !at(policy, 'retry_on')) return undefined;
  const count = at(policy, 'num_retries');
  if (!count) return { count: 1, setting: 'num_retries', place: policy.place, source: 'default' };
  return { count: number(count) ?? 'unknown', setting: 'num_retries', place: count.place, source: 'set' };
}

function endpointsOf(cluster: Tree): Endpoint[] {
  const found: Endpoint[] = [];
  for (const { map } of maps(cluster)) {
    const address = at(map, 'socket_address');
    const host = text(at(address, 'address'));
    const port = number(at(address, 'port_value'));
    if (address)
      found.push({
        ...(host === undefined ? {} : { host: host.toLowerCase() }),
        ...(port === undefined ? {} : { port }),
      });
  }
  const name = text(at(cluster, 'name'));
  return found.length > 0 ? found : name === undefined ? [{}] : [{ host: name }];
}
