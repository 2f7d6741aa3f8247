import { defaultTimeout } from '../../defaults/index.ts';
import { parseProtoDuration } from '../../durations.ts';
import type { Endpoint, Hop, Overlay, Retries } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { at, items, number, type Tree, text } from '../../trees/tree.ts';
import type { Resource } from './resource.ts';

const parse = parseProtoDuration;

/**
 * A VirtualService: one hop per HTTP route. What is not said of retries is two more attempts on failures that wait for no answer
 * (`connect-failure,refused-stream,unavailable,cancelled`), so it is left out. istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export function virtualServiceHops(resource: Resource): Hop[] {
  const hosts = items(at(resource.spec, 'hosts'))
    .map(text)
    .filter((host) => host !== undefined && !host.includes('*'));
  return items(at(resource.spec, 'http')).flatMap((route, index) => {
    const upstreams = items(at(route, 'route')).flatMap((it) => destination(at(it, 'destination')));
    // Redirects and direct answers wait for nobody.
    if (upstreams.length === 0) return [];
    const retries = retriesOf(at(route, 'retries'));
    const name = text(at(route, 'name'));
    return [
      {
        id: idAt('istio', route.place, `:${index}`),
        name: `virtualservice ${resource.name}${name === undefined ? '' : ` ${name}`}`,
        format: 'istio',
        role: 'mesh',
        place: route.place,
        timeouts: present(
          timeoutAt(at(route, 'timeout'), { kind: 'request', setting: 'timeout', parse }) ??
            defaultTimeout('istio.timeout', 'timeout', route.place),
          timeoutAt(at(route, 'retries', 'perTryTimeout'), { kind: 'try', setting: 'retries.perTryTimeout', parse }),
          defaultTimeout('istio.upstream-keepalive', 'http.idleTimeout', route.place),
        ),
        ...(retries ? { retries } : {}),
        listens: hosts.map((host) => ({ host: host ?? '' })),
        upstreams,
        reusesUpstream: true,
      },
    ];
  });
}

function destination(tree: Tree | undefined): Endpoint[] {
  const host = text(at(tree, 'host'));
  const port = number(at(tree, 'port', 'number'));
  return host === undefined ? [] : [{ host, ...(port === undefined ? {} : { port }) }];
}

function retriesOf(tree: Tree | undefined): Retries | undefined {
  const attempts = at(tree, 'attempts');
  if (!attempts) return undefined;
  const count = number(attempts);
  return count === 0
    ? undefined
    : { count: count ?? 'unknown', setting: 'retries.attempts', place: attempts.place, source: 'set' };
}

/** A DestinationRule's connection pool, for the routes that lead to its host. */
export function destinationRule(resource: Resource): Overlay[] {
  const host = text(at(resource.spec, 'host'));
  const pool = at(resource.spec, 'trafficPolicy', 'connectionPool');
  if (host === undefined || !pool) return [];
  const timeouts = present(
    timeoutAt(at(pool, 'tcp', 'connectTimeout'), { kind: 'connect', setting: 'tcp.connectTimeout', parse }),
    timeoutAt(at(pool, 'http', 'idleTimeout'), { kind: 'upstream-keepalive', setting: 'http.idleTimeout', parse }),
  );
  const hop: Hop = {
    id: idAt('istio', resource.place),
    name: `destinationrule ${resource.name}`,
    format: 'istio',
    role: 'mesh',
    place: resource.place,
    timeouts,
    listens: [{ host }],
    upstreams: [{ host }],
    reusesUpstream: true,
  };
  return [{ host, format: 'istio', timeouts, hop }];
}
