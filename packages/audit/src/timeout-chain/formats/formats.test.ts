import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChainReport } from '../audit-chain.ts';
import { chainOf, limitsOf } from '../testing/chain-of.ts';

/** `name: kind=ms…` of each hop, only what is written in the file. */
function written({ hops }: ChainReport): string[] {
  return hops.map(
    ({ name, timeouts }) =>
      `${name}: ${timeouts
        .filter(({ source }) => source === 'set')
        .map(({ kind, ms }) => `${kind}=${ms}`)
        .join(' ')}`,
  );
}

describe('nginx', () => {
  it('names a missing semicolon where the directive begins', async () => {
    const report = await chainOf({ 'nginx.conf': 'server {\n  listen 80\n  location / { proxy_pass http://a; }\n}\n' });
    assert.deepEqual(
      report.problems.map(({ line, column, message }) => [line, column, message]),
      [[2, 3, '"listen" is not ended by ";": it runs into the block below']],
    );
  });
});

describe('Node', () => {
  it('knows a server by each name it is given', async () => {
    const named = (code: string) =>
      `const app = require('express')();\nconst s = app.listen(3000);\n${code}\nclass A { start() { this.up = app.listen(3001); this.up.headersTimeout = 40_000; } }\n`;
    assert.deepEqual(written(await chainOf({ 'a.js': named('s.keepAliveTimeout = 61_000;') })), [
      'node app: keepalive=61000 header=40000',
    ]);
  });

  it('finds servers in classes and of NestJS', async () => {
    const report = await chainOf({
      'api.ts':
        "import { createServer } from 'node:http';\nexport class Api { server = createServer(app); start() { this.server.keepAliveTimeout = 61_000; } }\n",
      'nest.ts':
        "import { NestFactory } from '@nestjs/core';\nconst app = await NestFactory.create(AppModule);\nconst server = await app.listen(3000);\nserver.keepAliveTimeout = 65000;\n",
    });
    assert.deepEqual(written(report), ['node server: keepalive=61000', 'node app: keepalive=65000']);
  });
});

describe('HAProxy', () => {
  it('takes sections, named defaults, units and quotes', async () => {
    const report = await chainOf({
      'haproxy.cfg': `global
  maxconn 4096
defaults base
  mode http
  timeout connect 5s
  timeout client 50000   # ms
  timeout server 1m
defaults slow from base
  timeout server 5m
frontend fe from base
  bind *:8080
  use_backend reports if { path_beg "/reports # not a comment" }
  default_backend app
backend app from base
  server a1 10.0.0.1:3000 check
backend reports from slow
  timeout queue 10s
  retries 2
  retry-on response-timeout
  server r1 10.0.0.2:4000
`,
    });
    assert.deepEqual(written(report), [
      'haproxy app: response=60000 connect=5000 keepalive=50000',
      'haproxy reports: response=300000 connect=5000 queue=10000 keepalive=50000',
    ]);
    assert.equal(report.hops[1]?.retries?.count, 2);
    assert.deepEqual(report.problems, []);
  });

  it('says that nothing is limited, and what it does not know', async () => {
    const report = await chainOf({
      'haproxy.cfg': 'listen l\n  bind :80\n  timeout sevrer 30s\n  timeout connect 5x\n  server a a:1\n',
    });
    assert.deepEqual(limitsOf(report, 'response'), ['none']);
    assert.deepEqual(
      report.notUnderstood.map(({ setting, place }) => `${setting}:${place.line}`),
      ['timeout sevrer:3'],
    );
    assert.deepEqual(
      report.problems.map(({ line, column }) => [line, column]),
      [[4, 3]],
    );
  });
});

describe('Caddy', () => {
  it('reads a Caddyfile with options, snippets, matchers and placeholders', async () => {
    const report = await chainOf({
      Caddyfile: `{
  servers {
    timeouts {
      read_body 10s
      idle 2m
    }
  }
}
(slow) {
  transport http {
    response_header_timeout 90s
    keepalive off
  }
}
shop.example.com, www.example.com {
  handle /api/* {
    reverse_proxy app:3000 {
      transport http {
        dial_timeout 2s
        read_timeout {$READ_TIMEOUT}
        response_header_timeout 30s
      }
    }
  }
  handle {
    reverse_proxy web:4000 {
      import slow
    }
  }
}
`,
    });
    assert.deepEqual(written(report), [
      'caddy shop.example.com /api/*: response=30000 response=unknown connect=2000 body=10000 keepalive=120000',
      'caddy shop.example.com: response=90000 body=10000 keepalive=120000',
    ]);
    assert.equal(report.hops[1]?.reusesUpstream, false);
  });

  it('reads its JSON, durations as text or nanoseconds', async () => {
    const report = await chainOf({
      'caddy.json': `{"apps":{"http":{"servers":{"srv0":{"listen":[":443"],"idle_timeout":"90s","routes":[{"handle":[{"handler":"reverse_proxy",
        "transport":{"protocol":"http","response_header_timeout":15000000000,"dial_timeout":"1s"},"upstreams":[{"dial":"app:3000"}]}]}]}}}}}`,
    });
    assert.deepEqual(written(report), ['caddy srv0 → app: response=15000 connect=1000 keepalive=90000']);
  });
});

describe('Envoy', () => {
  it('joins routes, clusters and listeners; anchors and zero', async () => {
    const report = await chainOf({
      'envoy.yaml': `
x-retry: &retry
  retry_on: 5xx
  num_retries: 3
  per_try_timeout: 2s
static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stream_idle_timeout: 30s
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: { prefix: /api }
                route: { cluster: app, timeout: 5s, retry_policy: *retry }
              - match: { prefix: /stream }
                route: { cluster: app, timeout: 0s, idle_timeout: 0s }
  clusters:
  - name: app
    connect_timeout: 0.25s
    load_assignment:
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: app, port_value: 3000 } } } }] }]
`,
    });
    assert.deepEqual(written(report), [
      'envoy /api: request=5000 try=2000 response=30000 connect=250',
      'envoy /stream: request=none response=none connect=250',
    ]);
    assert.deepEqual(report.hops[0]?.upstreams, [{ host: 'app', port: 3000 }]);
    assert.deepEqual(
      report.hazards.map(({ rule }) => rule),
      ['chain/retries-exceed-total', 'chain/no-limit', 'chain/no-limit'],
    );
  });
});

describe('Traefik', () => {
  const DYNAMIC = `http:
  routers:
    shop: { rule: "Host(\`shop.example.com\`)", service: shop, middlewares: [again] }
  middlewares:
    again: { retry: { attempts: 4 } }
  services:
    shop:
      loadBalancer:
        serversTransport: slow
        servers: [{ url: "http://app:3000" }]
  serversTransports:
    slow: { forwardingTimeouts: { responseHeaderTimeout: 20s } }
`;

  it('joins the static file, as TOML, with the dynamic one', async () => {
    const report = await chainOf({
      'traefik.toml':
        '[entryPoints.web]\naddress = ":80"\n[entryPoints.web.transport.respondingTimeouts]\nwriteTimeout = "15s"\nidleTimeout = 200\n',
      'dynamic.yml': DYNAMIC,
    });
    assert.deepEqual(written(report), ['traefik shop: response=20000 write=15000 keepalive=200000']);
    assert.equal(report.hops[0]?.retries?.count, 3);
    assert.deepEqual(
      report.hazards.map(({ rule }) => rule),
      ['chain/default-bites'],
    );
  });
});

describe('PostgreSQL, MySQL and SQL', () => {
  it('reads postgresql.conf with its units, quotes and comments; the last line wins', async () => {
    const report = await chainOf({
      'postgresql.conf':
        "statement_timeout = 5min\nstatement_timeout = '30s' # later\nlock_timeout 2000\nidle_in_transaction_session_timeout = 10s\nvacuum_timeout = 4\n",
    });
    assert.deepEqual(written(report), ['postgresql: statement=30000 lock=2000 idle-in-transaction=10000']);
    assert.deepEqual(
      report.notUnderstood.map(({ setting }) => setting),
      ['vacuum_timeout'],
    );
  });

  it('reads my.cnf sections and dashes, and roles in SQL', async () => {
    const report = await chainOf({
      'my.cnf':
        '[client]\nmax_execution_time = 1\n[mysqld]\nmax-execution-time = 5000\ninnodb_lock_wait_timeout=10\nskip-name-resolve\n',
      'roles.sql':
        "-- ALTER ROLE old SET statement_timeout = 1;\nALTER ROLE app SET statement_timeout = '8s';\nSET LOCAL statement_timeout = 0;\n",
    });
    assert.deepEqual(written(report), ['mysql: statement=5000 lock=10000', 'role app: statement=8000']);
    assert.deepEqual(report.hazards, []);
  });
});

describe('Go', () => {
  it('reads literals, constants and later assignments', async () => {
    const report = await chainOf({
      'main.go': `package main

import ("net/http"; "time")

const base = 5 * time.Second

func main() {
	client := &http.Client{Timeout: 2 * base, Transport: &http.Transport{ResponseHeaderTimeout: 800 * time.Millisecond}}
	srv := &http.Server{Addr: ":8080", ReadHeaderTimeout: base, ReadTimeout: time.Duration(3) * time.Second}
	srv.WriteTimeout = 15 * time.Second
	_ = client
	srv.ListenAndServe()
}
`,
    });
    assert.deepEqual(written(report), [
      'go client: request=10000 response=800',
      'go srv: body=3000 header=5000 write=15000 keepalive=3000',
    ]);
    assert.deepEqual(
      report.hazards.map(({ rule }) => rule),
      ['chain/header-timeout-ignored'],
    );
  });

  it('names where the syntax breaks and reads the rest', async () => {
    const report = await chainOf({
      'main.go': 'package main\n\nfunc broken( {\n\nvar s = http.Server{Addr: ":1", WriteTimeout: 5}\n',
    });
    assert.equal(report.problems.length, 1);
    assert.equal(typeof report.problems[0]?.line, 'number');
  });
});
