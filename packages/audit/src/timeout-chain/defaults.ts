import type { Place } from '../hazard.ts';
import type { Limit, Timeout, TimeoutKind } from './hop.ts';

interface Default {
  readonly kind: TimeoutKind;
  readonly ms: Limit;
  /** Which versions have it. */
  readonly version: string;
  readonly doc: string;
  /** Where it was last seen; absent: in the documents only, and not again for this version of Holdup. */
  readonly checked?: string;
  /** What it does to a request, where that surprises people. */
  readonly bites?: string;
}

const NGINX = 'https://nginx.org/en/docs/http';
const ENVOY = 'https://www.envoyproxy.io/docs/envoy/latest';
const HAPROXY = 'https://docs.haproxy.org/3.2/configuration.html';
const TRAEFIK = 'https://doc.traefik.io/traefik';
const CADDY = 'https://caddyserver.com/docs';
const NODE = 'https://nodejs.org/api/http.html';
const GO = 'https://pkg.go.dev/net/http';
const PG = 'https://www.postgresql.org/docs/current/runtime-config-client.html';
const MYSQL = 'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html';

/**
 * What holds when nothing is written, by format and setting, and where its makers say so. `checked` says in what it was seen
 * again: an entry that is wrong by now is mended here and nowhere else.
 */
export const DEFAULTS = {
  'nginx.read': {
    kind: 'response',
    ms: 60_000,
    version: 'all',
    doc: `${NGINX}/ngx_http_proxy_module.html#proxy_read_timeout`,
    bites: 'an answer whose first byte takes longer is cut off with a 504, whatever the caller would still have waited',
    checked: 'source of nginx 1.31.5',
  },
  'nginx.connect': {
    kind: 'connect',
    ms: 60_000,
    version: 'all',
    doc: `${NGINX}/ngx_http_proxy_module.html#proxy_connect_timeout`,
    checked: 'source of nginx 1.31.5',
  },
  'nginx.keepalive_timeout': {
    kind: 'keepalive',
    ms: 75_000,
    version: 'all',
    doc: `${NGINX}/ngx_http_core_module.html#keepalive_timeout`,
    checked: 'source of nginx 1.31.5',
  },
  'nginx.client_header_timeout': {
    kind: 'header',
    ms: 60_000,
    version: 'all',
    doc: `${NGINX}/ngx_http_core_module.html#client_header_timeout`,
    checked: 'source of nginx 1.31.5',
  },
  'nginx.client_body_timeout': {
    kind: 'body',
    ms: 60_000,
    version: 'all',
    doc: `${NGINX}/ngx_http_core_module.html#client_body_timeout`,
    checked: 'source of nginx 1.31.5',
  },
  'nginx.upstream.keepalive_timeout': {
    kind: 'upstream-keepalive',
    ms: 60_000,
    version: '1.15.3 and later',
    doc: `${NGINX}/ngx_http_upstream_module.html#keepalive_timeout`,
    checked: 'source of nginx 1.31.5',
  },
  'nginx.stream.proxy_timeout': {
    kind: 'response',
    ms: 600_000,
    version: 'all',
    doc: 'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_timeout',
    checked: 'source of nginx 1.31.5',
  },
  'ingress-nginx.read': {
    kind: 'response',
    ms: 60_000,
    version: 'all',
    doc: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-timeouts',
    bites: 'an answer whose first byte takes longer is cut off with a 504, whatever the caller would still have waited',
    checked: 'source of the controller 1.15.1',
  },
  'ingress-nginx.connect': {
    kind: 'connect',
    ms: 5000,
    version: 'all',
    doc: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#proxy-connect-timeout',
    checked: 'source of the controller 1.15.1',
  },
  'ingress-nginx.upstream-keepalive': {
    kind: 'upstream-keepalive',
    ms: 60_000,
    version: '0.25 and later',
    doc: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#upstream-keepalive-timeout',
    checked: 'source of the controller 1.15.1',
  },
  'ingress-nginx.keep-alive': {
    kind: 'keepalive',
    ms: 75_000,
    version: 'all',
    doc: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#keep-alive',
    checked: 'source of the controller 1.15.1',
  },
  'envoy.route.timeout': {
    kind: 'request',
    ms: 15_000,
    version: 'all',
    doc: `${ENVOY}/faq/configuration/timeouts#route-timeouts`,
    bites: 'an exchange that takes longer than 15 s is cut off with a 504, streams included',
    checked: 'API definition of January 2026',
  },
  'envoy.stream_idle_timeout': {
    kind: 'response',
    ms: 300_000,
    version: 'all',
    doc: `${ENVOY}/faq/configuration/timeouts#stream-timeouts`,
    checked: 'API definition of January 2026',
  },
  'envoy.connect_timeout': {
    kind: 'connect',
    ms: 5000,
    version: '1.15 and later',
    doc: `${ENVOY}/faq/configuration/timeouts#tcp`,
    checked: 'API definition of January 2026',
  },
  'envoy.idle_timeout': {
    kind: 'keepalive',
    ms: 3_600_000,
    version: '1.14 and later',
    doc: `${ENVOY}/faq/configuration/timeouts#connection-timeouts`,
    checked: 'API definition of January 2026',
  },
  'envoy.upstream.idle_timeout': {
    kind: 'upstream-keepalive',
    ms: 3_600_000,
    version: '1.14 and later',
    doc: `${ENVOY}/faq/configuration/timeouts#connection-timeouts`,
    checked: 'API definition of January 2026',
  },
  'haproxy.server': {
    kind: 'response',
    ms: 'none',
    version: 'all',
    doc: `${HAPROXY}#4.2-timeout%20server`,
    bites:
      'HAProxy then waits for ever for a server that accepted the request and says nothing, and warns only as it starts',
    checked: 'manual of 3.5-dev5',
  },
  'haproxy.connect': {
    kind: 'connect',
    ms: 'none',
    version: 'all',
    doc: `${HAPROXY}#4.2-timeout%20connect`,
    bites: 'a server that drops packets holds each request until the kernel gives up, about two minutes on Linux',
    checked: 'manual of 3.5-dev5',
  },
  'haproxy.upstream-keepalive': {
    kind: 'upstream-keepalive',
    ms: 5000,
    version: '1.9 and later',
    doc: `${HAPROXY}#5.2-pool-purge-delay`,
    checked: 'manual of 3.5-dev5',
  },
  'traefik.readTimeout': {
    kind: 'body',
    ms: 60_000,
    version: '3.0 and later (2.11.2 and later of v2; before: no limit)',
    doc: `${TRAEFIK}/reference/install-configuration/entrypoints/`,
    bites: 'an upload that takes longer than 60 s is cut off',
    checked: 'source of 3.7.9',
  },
  'traefik.writeTimeout': {
    kind: 'write',
    ms: 'none',
    version: 'all',
    doc: `${TRAEFIK}/reference/install-configuration/entrypoints/`,
    checked: 'source of 3.7.9',
  },
  'traefik.idleTimeout': {
    kind: 'keepalive',
    ms: 180_000,
    version: 'all',
    doc: `${TRAEFIK}/reference/install-configuration/entrypoints/`,
    checked: 'source of 3.7.9',
  },
  'traefik.responseHeaderTimeout': {
    kind: 'response',
    ms: 'none',
    version: 'all',
    doc: `${TRAEFIK}/reference/routing-configuration/http/load-balancing/serverstransport/`,
    bites: 'Traefik waits for ever for the headers of an answer',
    checked: 'source of 3.7.9',
  },
  'traefik.dialTimeout': {
    kind: 'connect',
    ms: 30_000,
    version: 'all',
    doc: `${TRAEFIK}/reference/routing-configuration/http/load-balancing/serverstransport/`,
    checked: 'source of 3.7.9',
  },
  'traefik.idleConnTimeout': {
    kind: 'upstream-keepalive',
    ms: 90_000,
    version: 'all',
    doc: `${TRAEFIK}/reference/routing-configuration/http/load-balancing/serverstransport/`,
    checked: 'source of 3.7.9',
  },
  'caddy.response_header_timeout': {
    kind: 'response',
    ms: 'none',
    version: '2.x',
    doc: `${CADDY}/caddyfile/directives/reverse_proxy#the-http-transport`,
    bites: 'Caddy waits for ever for the headers of an answer',
    checked: 'source of 2.11.4',
  },
  'caddy.dial_timeout': {
    kind: 'connect',
    ms: 3000,
    version: '2.5 and later',
    doc: `${CADDY}/caddyfile/directives/reverse_proxy#the-http-transport`,
    checked: 'source of 2.11.4',
  },
  'caddy.keepalive': {
    kind: 'upstream-keepalive',
    ms: 120_000,
    version: '2.x',
    doc: `${CADDY}/caddyfile/directives/reverse_proxy#the-http-transport`,
    checked: 'source of 2.11.4',
  },
  'caddy.idle': {
    kind: 'keepalive',
    ms: 300_000,
    version: '2.x',
    doc: `${CADDY}/caddyfile/options#timeouts`,
    checked: 'source of 2.11.4',
  },
  'caddy.read_header': {
    kind: 'header',
    ms: 60_000,
    version: '2.x',
    doc: `${CADDY}/json/apps/http/servers/read_header_timeout/`,
    checked: 'source of 2.11.4',
  },
  'alb.idle_timeout': {
    kind: 'response',
    ms: 60_000,
    version: 'all',
    doc: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout',
    bites: 'an answer whose first byte takes longer than 60 s is cut off with a 504',
  },
  'alb.upstream-idle': {
    kind: 'upstream-keepalive',
    ms: 60_000,
    version: 'all',
    doc: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout',
  },
  'alb.client_keep_alive': {
    kind: 'keepalive',
    ms: 3_600_000,
    version: 'since March 2024',
    doc: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#http-client-keep-alive-duration',
  },
  'apigateway.rest': {
    kind: 'request',
    ms: 29_000,
    version: 'REST APIs (Regional and private ones may be raised since June 2024)',
    doc: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
    bites: 'an integration that takes longer than 29 s ends in a 504, and the service behind it works on',
  },
  'apigateway.http': {
    kind: 'request',
    ms: 30_000,
    version: 'HTTP APIs',
    doc: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html',
    bites: 'an integration that takes longer than 30 s ends in a 503 or 504, and the service behind it works on',
  },
  'lambda.timeout': {
    kind: 'handler',
    ms: 3000,
    version: 'all',
    doc: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html',
  },
  'istio.timeout': {
    kind: 'request',
    ms: 'none',
    version: '1.0 and later',
    doc: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute',
    bites: 'the sidecar waits for ever; the 15 s of plain Envoy are switched off',
    checked: 'API definition of July 2026',
  },
  'istio.upstream-keepalive': {
    kind: 'upstream-keepalive',
    ms: 3_600_000,
    version: 'all',
    doc: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings',
    checked: 'API definition of July 2026',
  },
  'gateway-api.request': {
    kind: 'request',
    ms: 'unknown',
    version: 'v1',
    doc: 'https://gateway-api.sigs.k8s.io/guides/http-timeouts/',
  },
  'k8s.probe.timeoutSeconds': {
    kind: 'probe',
    ms: 1000,
    version: 'all (exec probes since 1.20)',
    doc: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  },
  'k8s.terminationGracePeriodSeconds': {
    kind: 'grace',
    ms: 30_000,
    version: 'all',
    doc: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  },
  'compose.stop_grace_period': {
    kind: 'grace',
    ms: 10_000,
    version: 'all',
    doc: 'https://docs.docker.com/reference/compose-file/services/#stop_grace_period',
  },
  'node.requestTimeout': {
    kind: 'body',
    ms: 300_000,
    version: '18 and later',
    doc: `${NODE}#serverrequesttimeout`,
    checked: 'run on 20.20, 22.23, 24.21, 26.10',
  },
  'node.headersTimeout': {
    kind: 'header',
    ms: 60_000,
    version: '18 and later',
    doc: `${NODE}#serverheaderstimeout`,
    checked: 'run on 20.20, 22.23, 24.21, 26.10',
  },
  'node.keepAliveTimeout': {
    kind: 'keepalive',
    ms: 5000,
    version: 'up to 26 (65 s in the next major: nodejs/node#62782)',
    doc: `${NODE}#serverkeepalivetimeout`,
    checked: 'run on 20.20, 22.23, 24.21, 26.10',
  },
  'node.checkInterval': {
    kind: 'check-interval',
    ms: 30_000,
    version: '18 and later',
    doc: `${NODE}#httpcreateserveroptions-requestlistener`,
    checked: 'run on 20.20, 22.23, 24.21, 26.10',
  },
  'fastify.keepAliveTimeout': {
    kind: 'keepalive',
    ms: 72_000,
    version: '4 and later',
    doc: 'https://fastify.dev/docs/latest/Reference/Server/#keepalivetimeout',
    checked: 'source of 5.12.8',
  },
  'fastify.requestTimeout': {
    kind: 'body',
    ms: 'none',
    version: '4 and later',
    doc: 'https://fastify.dev/docs/latest/Reference/Server/#requesttimeout',
    checked: 'source of 5.12.8',
  },
  'axios.timeout': {
    kind: 'request',
    ms: 'none',
    version: 'all',
    doc: 'https://axios-http.com/docs/req_config',
    bites: 'a call waits for ever',
    checked: 'source of 1.21.1',
  },
  'got.timeout': {
    kind: 'request',
    ms: 'none',
    version: 'all',
    doc: 'https://github.com/sindresorhus/got/blob/main/documentation/6-timeout.md',
    bites: 'a call waits for ever',
    checked: 'source of 14.6.6',
  },
  'undici.headersTimeout': {
    kind: 'response',
    ms: 300_000,
    version: 'all',
    doc: 'https://undici.nodejs.org/#/docs/api/Client',
    bites: 'a call waits five minutes for the headers of an answer',
    checked: 'source of 7.30.2',
  },
  'undici.keepAliveTimeout': {
    kind: 'upstream-keepalive',
    ms: 4000,
    version: 'all',
    doc: 'https://undici.nodejs.org/#/docs/api/Client',
    checked: 'source of 7.30.2',
  },
  'pg.connectionTimeoutMillis': {
    kind: 'acquire',
    ms: 'none',
    version: 'all',
    doc: 'https://node-postgres.com/apis/pool',
    checked: 'source of pg-pool 3.14.0',
  },
  'pg.idleTimeoutMillis': {
    kind: 'upstream-keepalive',
    ms: 10_000,
    version: 'all',
    doc: 'https://node-postgres.com/apis/pool',
    checked: 'source of pg-pool 3.14.0',
  },
  'mysql2.acquire': {
    kind: 'acquire',
    ms: 'none',
    version: 'all',
    doc: 'https://sidorares.github.io/node-mysql2/docs/examples/connections/create-pool',
    checked: 'source of 3.24.6',
  },
  'go.server.write': { kind: 'write', ms: 'none', version: 'all', doc: `${GO}#Server`, checked: 'source of 1.26.8' },
  'go.server.header': { kind: 'header', ms: 'none', version: 'all', doc: `${GO}#Server`, checked: 'source of 1.26.8' },
  'go.server.idle': { kind: 'keepalive', ms: 'none', version: 'all', doc: `${GO}#Server`, checked: 'source of 1.26.8' },
  'go.client.timeout': {
    kind: 'request',
    ms: 'none',
    version: 'all',
    doc: `${GO}#Client`,
    bites: 'a call without its own context deadline waits for ever',
    checked: 'source of 1.26.8',
  },
  'go.transport.idle': {
    kind: 'upstream-keepalive',
    ms: 90_000,
    version: '1.7 and later',
    doc: `${GO}#DefaultTransport`,
    checked: 'source of 1.26.8',
  },
  'go.transport.idle-custom': {
    kind: 'upstream-keepalive',
    ms: 'none',
    version: 'all',
    doc: `${GO}#Transport`,
    checked: 'source of 1.26.8',
  },
  'postgres.statement_timeout': {
    kind: 'statement',
    ms: 'none',
    version: 'all',
    doc: `${PG}#GUC-STATEMENT-TIMEOUT`,
    checked: 'sample configuration of 18',
  },
  'postgres.lock_timeout': {
    kind: 'lock',
    ms: 'none',
    version: '9.3 and later',
    doc: `${PG}#GUC-LOCK-TIMEOUT`,
    checked: 'sample configuration of 18',
  },
  'postgres.idle_in_transaction_session_timeout': {
    kind: 'idle-in-transaction',
    ms: 'none',
    version: '9.6 and later',
    doc: `${PG}#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT`,
    bites: 'a client that hangs inside a transaction keeps its locks for ever',
    checked: 'sample configuration of 18',
  },
  'mysql.max_execution_time': {
    kind: 'statement',
    ms: 'none',
    version: '5.7.8 and later (reads only)',
    doc: `${MYSQL}#sysvar_max_execution_time`,
  },
  'mysql.innodb_lock_wait_timeout': {
    kind: 'lock',
    ms: 50_000,
    version: 'all',
    doc: 'https://dev.mysql.com/doc/refman/8.4/en/innodb-parameters.html#sysvar_innodb_lock_wait_timeout',
    bites: 'a statement behind a lock waits 50 s, longer than most callers',
  },
} as const satisfies Readonly<Record<string, Default>>;

export type DefaultId = keyof typeof DEFAULTS;

/** A default as a timeout of a hop declared at `place`. `setting`: the name people know it by. */
export function defaultTimeout(id: DefaultId, setting: string, place: Place): Timeout {
  const known: Default = DEFAULTS[id];
  return {
    kind: known.kind,
    ms: known.ms,
    setting,
    place,
    source: 'default',
    version: known.version,
    doc: known.doc,
    ...(known.bites === undefined ? {} : { bites: known.bites }),
  };
}

/** A value read from a file; zero means "no limit" where the format says so. */
export function setTimeoutOf(kind: TimeoutKind, ms: Limit, setting: string, place: Place, note?: string): Timeout {
  return { kind, ms, setting, place, source: 'set', ...(note === undefined ? {} : { note }) };
}
