import { type DefaultId, defaultTimeout } from '../defaults/index.ts';
import { parseGoDuration } from '../durations.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { ConfigFile, Endpoint, Hop, Reading, Retries, Timeout, TimeoutKind } from '../hop.ts';
import { idAt, present, timeoutAt } from '../trees/limits.ts';
import { readToml } from '../trees/read-toml.ts';
import { readYaml } from '../trees/read-yaml.ts';
import { at, each, entries, items, number, type Tree, text } from '../trees/tree.ts';
import { unknownTimeouts } from '../trees/walk.ts';
import type { Format } from './format.ts';

const KNOWN = new Set([
  'readTimeout',
  'writeTimeout',
  'idleTimeout',
  'dialTimeout',
  'responseHeaderTimeout',
  'idleConnTimeout',
  'readIdleTimeout',
  'pingTimeout',
  'keepAliveMaxRequests',
  'keepAliveMaxTime',
  'graceTimeOut',
  'requestAcceptGraceTimeout',
  'providersThrottleDuration',
  'initialInterval',
  'terminationDelay',
  'lingeringTimeout',
]);
/** A bare number is seconds. */
const parse = (written: string) => parseGoDuration(written, 's');

export const traefik: Format = {
  id: 'traefik',
  title: 'Traefik',
  sniff: ({ file, text: content }) =>
    (/\.(?:ya?ml|toml)$/.test(file) &&
      /^\s*\[*\s*["']?(?:entryPoints|http\.(?:routers|services|serversTransports|middlewares)|serversTransport)\b/m.test(
        content,
      )) ||
    (/\.ya?ml$/.test(file) &&
      /^http:\s*(?:#.*)?$/m.test(content) &&
      /^\s+(?:routers|services|serversTransports|middlewares):/m.test(content)),
  read: readTraefik,
};

/**
 * Static and dynamic configuration, in one file or two: entry points give what callers meet, services what lies inside.
 * A file with entry points only gives a hop without upstreams, which the chain joins with the dynamic file's.
 */
function readTraefik(file: ConfigFile): Reading {
  const { documents, problems } = file.file.endsWith('.toml') ? readToml(file) : readYaml(file);
  return {
    hops: documents.flatMap(traefikHops),
    aliases: [],
    overlays: [],
    notUnderstood: documents.flatMap((document) =>
      unknownTimeouts(document, KNOWN, new Set(['healthCheck', 'certificatesResolvers', 'providers'])),
    ),
    problems,
  };
}

/** Of one document: a hop for each service, or one for what is static. */
export function traefikHops(document: Tree): Hop[] {
  const points = entries(at(document, 'entryPoints'));
  const services = entries(at(document, 'http', 'services')).filter(([, { value }]) =>
    at(value, 'loadBalancer', 'servers'),
  );
  const front = points.flatMap(([name, { value, key }]) => entryPoint(name, value, key));
  const listens = points.map(([, { value }]) => parseEndpoint(text(at(value, 'address')) ?? ''));
  const transport = at(document, 'serversTransport');
  if (services.length > 0)
    return services.map(([name, { value, key }]) => serviceHop(name, value, key, document, front, listens));
  return points.length === 0 && !transport ? [] : [staticHop(document, transport, front, listens)];
}

function entryPoint(name: string, point: Tree, place: Timeout['place']): Timeout[] {
  const responding = at(point, 'transport', 'respondingTimeouts');
  const read = (setting: string, kind: TimeoutKind, id: DefaultId): Timeout =>
    timeoutAt(at(responding, setting), { kind, setting: `${name} ${setting}`, parse }) ??
    defaultTimeout(id, `${name} ${setting}`, place);
  return [
    read('readTimeout', 'body', 'traefik.readTimeout'),
    read('writeTimeout', 'write', 'traefik.writeTimeout'),
    read('idleTimeout', 'keepalive', 'traefik.idleTimeout'),
  ];
}

function forwarding(transport: Tree | undefined, place: Timeout['place']): Timeout[] {
  const timeouts = at(transport, 'forwardingTimeouts');
  const read = (setting: string, kind: TimeoutKind, id: DefaultId): Timeout =>
    timeoutAt(at(timeouts, setting), { kind, setting, parse }) ?? defaultTimeout(id, setting, place);
  return [
    read('responseHeaderTimeout', 'response', 'traefik.responseHeaderTimeout'),
    read('dialTimeout', 'connect', 'traefik.dialTimeout'),
    read('idleConnTimeout', 'upstream-keepalive', 'traefik.idleConnTimeout'),
  ];
}

function serviceHop(
  name: string,
  service: Tree,
  place: Timeout['place'],
  document: Tree,
  front: readonly Timeout[],
  listens: readonly Endpoint[],
): Hop {
  const named = text(at(service, 'loadBalancer', 'serversTransport'))?.replace(/@.*$/, '');
  const transport =
    named === undefined ? at(document, 'serversTransport') : at(document, 'http', 'serversTransports', named);
  const isOnly = entries(at(document, 'http', 'services')).length === 1;
  const routers = entries(at(document, 'http', 'routers')).filter(([, { value }]) => {
    const wanted = text(at(value, 'service'))?.replace(/@.*$/, '');
    return wanted === undefined ? isOnly : wanted === name;
  });
  const hosts = routers.flatMap(([, { value }]) =>
    [...(text(at(value, 'rule')) ?? '').matchAll(/Host\(([^)]*)\)/g)].flatMap(
      ([, list = '']) => list.match(/[\w.-]+/g) ?? [],
    ),
  );
  const retries = retriesOf(
    routers.flatMap(([, { value }]) => each(at(value, 'middlewares')).flatMap((it) => text(it)?.split(',') ?? [])),
    document,
  );
  const servers = items(at(service, 'loadBalancer', 'servers'));
  return {
    id: idAt('traefik', place),
    name: `traefik ${name}`,
    format: 'traefik',
    role: 'proxy',
    place,
    timeouts: present(...forwarding(transport, place), ...front),
    ...(retries ? { retries } : {}),
    listens: [...listens, ...hosts.map((host) => ({ host }))],
    upstreams: servers.map((server) => parseEndpoint(text(at(server, 'url')) ?? text(at(server, 'address')) ?? '')),
    reusesUpstream: true,
  };
}

function staticHop(
  document: Tree,
  transport: Tree | undefined,
  front: readonly Timeout[],
  listens: readonly Endpoint[],
): Hop {
  const place = at(document, 'entryPoints')?.place ?? document.place;
  // Flags have it in small letters.
  const ofGateways = entries(at(document, 'providers')).some(([name]) => name.toLowerCase() === 'kubernetesgateway');
  return {
    id: idAt('traefik', place, ':static'),
    name: 'traefik',
    format: 'traefik',
    role: 'proxy',
    place,
    timeouts: [...forwarding(transport, place), ...front],
    listens,
    upstreams: [],
    reusesUpstream: true,
    ...(ofGateways ? { serves: ['gateway-api'] } : {}),
  };
}

/** The retry middleware: `attempts` counts all of them. */
function retriesOf(middlewares: readonly string[], document: Tree): Retries | undefined {
  for (const name of middlewares) {
    const attempts = at(document, 'http', 'middlewares', name.trim().replace(/@.*$/, ''), 'retry', 'attempts');
    if (!attempts) continue;
    const count = number(attempts);
    return {
      count: count === undefined ? 'unknown' : Math.max(0, count - 1),
      setting: 'retry.attempts',
      place: attempts.place,
      source: 'set',
    };
  }
  return undefined;
}
