import { type DefaultId, defaultTimeout } from '../../defaults/index.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Hop, Remark, Retries, Timeout, TimeoutKind } from '../../hop.ts';
import type { Directive } from './parse.ts';
import { limitOf, lookUp, type Scope, timeoutFrom } from './scope.ts';

type Remarks = ReadonlyMap<Directive, readonly Remark[]>;

/** A `proxy_pass` (or grpc_, fastcgi_, …) in its location. */
export function httpHop(scope: Scope, pass: Directive, upstreams: readonly Directive[], remarks: Remarks): Hop {
  const prefix = pass.name.slice(0, -'_pass'.length);
  const server = scope.findLast(({ name }) => name === 'server');
  const target = targetOf(pass, upstreams);
  const orDefault = (setting: string, kind: TimeoutKind, id: DefaultId): Timeout =>
    timeoutFrom(scope, setting, kind) ?? defaultTimeout(id, setting, pass.place);
  const timeouts = [
    timeoutFrom(scope, `${prefix}_read_timeout`, 'response') ??
      defaultTimeout('nginx.read', `${prefix}_read_timeout`, pass.place),
    timeoutFrom(scope, `${prefix}_connect_timeout`, 'connect') ??
      defaultTimeout('nginx.connect', `${prefix}_connect_timeout`, pass.place),
    timeoutFrom(scope, `${prefix}_send_timeout`, 'send'),
    orDefault('keepalive_timeout', 'keepalive', 'nginx.keepalive_timeout'),
    orDefault('client_header_timeout', 'header', 'nginx.client_header_timeout'),
    orDefault('client_body_timeout', 'body', 'nginx.client_body_timeout'),
    target.keepalive,
  ].filter((timeout) => timeout !== undefined);
  const retries = retriesOf(scope, prefix, target, pass);
  return {
    id: `nginx:${pass.place.file}:${pass.place.line}:${pass.place.column}`,
    name: `nginx ${nameOf(scope, server)}`,
    format: 'nginx',
    role: 'proxy',
    place: pass.place,
    timeouts,
    ...(retries ? { retries } : {}),
    listens: server ? listensOf(server) : [],
    upstreams: target.endpoints,
    reusesUpstream: target.keepalive !== undefined && (prefix !== 'proxy' || keepsAlive(scope)),
    remarks: (server && remarks.get(server)) ?? [],
  };
}

/** A `proxy_pass` of the stream module: TCP, where only silence counts. */
export function streamHop(scope: Scope, pass: Directive, upstreams: readonly Directive[]): Hop {
  const server = scope.findLast(({ name }) => name === 'server');
  return {
    id: `nginx:${pass.place.file}:${pass.place.line}:${pass.place.column}`,
    name: `nginx stream ${pass.args[0] ?? ''}`,
    format: 'nginx',
    role: 'proxy',
    place: pass.place,
    timeouts: [
      timeoutFrom(scope, 'proxy_timeout', 'response') ??
        defaultTimeout('nginx.stream.proxy_timeout', 'proxy_timeout', pass.place),
      timeoutFrom(scope, 'proxy_connect_timeout', 'connect') ??
        defaultTimeout('nginx.connect', 'proxy_connect_timeout', pass.place),
    ],
    listens: server ? listensOf(server) : [],
    upstreams: targetOf(pass, upstreams).endpoints,
    reusesUpstream: false,
  };
}

interface Target {
  readonly endpoints: readonly Endpoint[];
  /** Servers a request can be passed on to. */
  readonly servers: number;
  readonly keepalive: Timeout | undefined;
}

function targetOf(pass: Directive, upstreams: readonly Directive[]): Target {
  const written = pass.args[0] ?? '';
  const name = /^(?:[a-z]+:\/\/)?([^/:$]+)/i.exec(written)?.[1];
  const upstream = upstreams.find(({ args }) => args[0] === name);
  if (!upstream) return { endpoints: [parseEndpoint(written)], servers: 1, keepalive: undefined };
  const block = upstream.block ?? [];
  const servers = block.filter(
    ({ name: it, args }) => it === 'server' && !args.includes('down') && !args.includes('backup'),
  );
  const keep = block.find(({ name: it }) => it === 'keepalive');
  const idle = block.find(({ name: it }) => it === 'keepalive_timeout');
  // `keepalive 0` switches it off.
  const keepalive =
    !keep || keep.args[0] === '0'
      ? undefined
      : idle
        ? timeoutFrom([upstream], 'keepalive_timeout', 'upstream-keepalive')
        : defaultTimeout('nginx.upstream.keepalive_timeout', 'keepalive_timeout (upstream)', keep.place);
  return {
    endpoints: servers.map(({ args }) => parseEndpoint(args[0] ?? '')),
    servers: Math.max(1, servers.length),
    keepalive,
  };
}

/** Before 1.29.7 connections to what is proxied are kept only with HTTP/1.1 and an empty Connection header. */
function keepsAlive(scope: Scope): boolean {
  const version = lookUp(scope, 'proxy_http_version')?.args[0];
  return version === undefined || version !== '1.0';
}

function retriesOf(scope: Scope, prefix: string, { servers }: Target, pass: Directive): Retries | undefined {
  const when = lookUp(scope, `${prefix}_next_upstream`);
  const tries = lookUp(scope, `${prefix}_next_upstream_tries`);
  if (when?.args.includes('off') || (when && !when.args.includes('timeout'))) return undefined;
  const most = Number(tries?.args[0] ?? 0);
  const attempts = most > 0 ? Math.min(most, servers) : servers;
  if (attempts < 2) return undefined;
  const said = tries ?? when;
  const window = lookUp(scope, `${prefix}_next_upstream_timeout`);
  const windowMs = window && limitOf(window.args[0]);
  return {
    count: attempts - 1,
    setting: said?.name ?? `${prefix}_next_upstream`,
    place: said?.place ?? pass.place,
    source: said ? 'set' : 'default',
    ...(typeof windowMs === 'number' && windowMs > 0 ? { windowMs } : {}),
  };
}

function nameOf(scope: Scope, server: Directive | undefined): string {
  const names = server?.block?.find(({ name }) => name === 'server_name')?.args ?? [];
  const location = scope.findLast(({ name }) => name === 'location')?.args.join(' ') ?? '';
  const host = names.find((name) => name !== '_' && name !== '') ?? '';
  return `${host}${host && location ? ' ' : ''}${location || (host ? '' : '/')}`;
}

function listensOf(server: Directive): Endpoint[] {
  const block = server.block ?? [];
  const ports = block.filter(({ name }) => name === 'listen').map(({ args }) => parseEndpoint(args[0] ?? '80'));
  const names = block
    .filter(({ name }) => name === 'server_name')
    .flatMap(({ args }) => args)
    .filter((name) => name !== '_' && !/^~|\*/.test(name));
  const open = ports.length > 0 ? ports : [{ port: 80 }];
  return [
    ...open,
    ...names.flatMap((host) =>
      open.map(({ port }) => ({ host: host.toLowerCase(), ...(port === undefined ? {} : { port }) })),
    ),
  ];
}
