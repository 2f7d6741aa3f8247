import type { DefaultTable } from './default.ts';

const NODE = 'https://nodejs.org/api/http.html';
const GO = 'https://pkg.go.dev/net/http';

/** Servers and HTTP clients of Node and Go. */
export const programs = {
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
} as const satisfies DefaultTable;
