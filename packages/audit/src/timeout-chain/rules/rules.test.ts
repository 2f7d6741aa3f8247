import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, rulesIn } from '../testing/chain-of.ts';

async function expect(files: Readonly<Record<string, string>>, rule: string, places: readonly string[]): Promise<void> {
  const found = rulesIn(await chainOf(files)).filter((it) => it.startsWith(`${rule} `));
  assert.deepEqual(
    found,
    places.map((place) => `${rule} ${place}`),
  );
}

const nginx = (settings: string, upstream = 'server app:3000;') =>
  `upstream app { ${upstream} }\nserver {\n  listen 80;\n  location / {\n    ${settings}\n    proxy_pass http://app;\n  }\n}\n`;
const node = (code: string) =>
  `import http from 'node:http';\nimport got from 'got';\nimport { Pool } from 'pg';\nconst server = http.createServer(h);\nserver.listen(3000);\n${code}\n`;
const haproxy = (server: string) =>
  `defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server ${server}\nlisten web\n  bind :8080\n  server app app:3000\n`;
const deployment = (probe: string, grace = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\nspec:\n  template:\n    metadata: { labels: { app: app } }\n    spec:\n      ${grace}\n      containers:\n      - name: app\n        ports: [{ containerPort: 3000 }]\n        livenessProbe: ${probe}\n---\napiVersion: v1\nkind: Service\nmetadata: { name: app }\nspec: { selector: { app: app }, ports: [{ port: 3000 }] }\n`;

describe('chain/outer-shorter', () => {
  const client = node("const body = await fetch('http://orders/x', { signal: AbortSignal.timeout(10_000) });");
  it('is found across two proxies and a program', async () => {
    await expect(
      {
        'haproxy.cfg': haproxy('8s').replace('app:3000', 'web:80'),
        'nginx.conf': nginx('proxy_read_timeout 9s;'),
        'app.js': client,
      },
      'outer-shorter',
      ['app.js:6', 'nginx.conf:5'],
    );
  });
  it('is not where each hop waits longer than the one inside', async () => {
    await expect(
      {
        'haproxy.cfg': haproxy('30s').replace('app:3000', 'web:80'),
        'nginx.conf': nginx('proxy_read_timeout 20s;'),
        'app.js': client,
      },
      'outer-shorter',
      [],
    );
  });
  it('takes the argument order where nothing names the next hop, and says so', async () => {
    const report = await chainOf({
      'edge.cfg': haproxy('8s'),
      'nginx.conf': nginx('proxy_read_timeout 9s;').replace('listen 80', 'listen 8081'),
    });
    assert.deepEqual(
      rulesIn(report).filter((it) => it.startsWith('outer')),
      ['outer-shorter nginx.conf:5'],
    );
    assert.match(report.notes.join('\n'), /haproxy web calls app:3000, nginx \/ listens on :8081: taken to call/);
  });
  it('is not told of calls that lead elsewhere', async () => {
    const two = `${nginx('proxy_read_timeout 5s;')}server { listen 81; location /r { proxy_read_timeout 1s; proxy_pass http://reports:9000; } }\n`;
    await expect(
      { 'nginx.conf': two, 'app.js': node("await fetch('http://o/', { signal: AbortSignal.timeout(4000) });") },
      'outer-shorter',
      [],
    );
  });
});

describe('chain/keep-alive-race', () => {
  const keep = (idle: string) =>
    nginx(
      'proxy_http_version 1.1; proxy_set_header Connection "";',
      `server app:3000; keepalive 16; keepalive_timeout ${idle};`,
    );
  it('is found where the proxy keeps as long as the server', async () => {
    await expect(
      { 'nginx.conf': keep('65s'), 'app.js': node('server.keepAliveTimeout = 65_000;') },
      'keep-alive-race',
      ['app.js:6'],
    );
    await expect({ 'nginx.conf': keep('60s'), 'app.js': node('') }, 'keep-alive-race', ['nginx.conf:1']);
  });
  it('is not where the server keeps longer, or nothing is kept', async () => {
    await expect(
      { 'nginx.conf': keep('60s'), 'app.js': node('server.keepAliveTimeout = 65_000;') },
      'keep-alive-race',
      [],
    );
    await expect({ 'nginx.conf': nginx(''), 'app.js': node('') }, 'keep-alive-race', []);
  });
  it('is not between clients that read the hint and servers that send it', async () => {
    await expect(
      {
        'edge/call.mjs':
          "import { Pool } from 'undici';\nconst app = new Pool('http://app:3000', { keepAliveTimeout: 60_000 });\n",
        'app/app.js': node(''),
      },
      'keep-alive-race',
      [],
    );
  });
});

describe('chain/retries-exceed-total', () => {
  const vs = (timeout: string, each: string) =>
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: app }\nspec:\n  hosts: [app]\n  http:\n  - route: [{ destination: { host: app } }]\n    timeout: ${timeout}\n    retries: { attempts: 3, perTryTimeout: ${each} }\n`;
  it('is found where attempts exceed the total, or the caller', async () => {
    await expect({ 'vs.yaml': vs('10s', '3s') }, 'retries-exceed-total', ['vs.yaml:9']);
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 10s;'),
        'app.js': node("await got('http://orders/', { timeout: { request: 4000 }, retry: { limit: 2 } });"),
      },
      'retries-exceed-total',
      ['app.js:6'],
    );
  });
  it('is not where they fit, or there is one attempt', async () => {
    await expect({ 'vs.yaml': vs('12s', '3s') }, 'retries-exceed-total', []);
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 10s;'),
        'app.js': node("await got('http://orders/', { timeout: { request: 4000 }, retry: { limit: 0 } });"),
      },
      'retries-exceed-total',
      [],
    );
  });
});

describe('chain/header-timeout-ignored', () => {
  it('is found for the order, the polling and the virtual server', async () => {
    await expect(
      { 'app.js': node('server.headersTimeout = 120_000;\nserver.requestTimeout = 60_000;') },
      'header-timeout-ignored',
      ['app.js:6'],
    );
    await expect({ 'app.js': node('server.headersTimeout = 2_000;') }, 'header-timeout-ignored', ['app.js:6']);
    const two = `server { listen 80; server_name a; location / { proxy_pass http://a:1; } }\nserver { listen 80; server_name b;\n  client_header_timeout 5s;\n  location / { proxy_pass http://b:1; } }\n`;
    await expect({ 'nginx.conf': two }, 'header-timeout-ignored', ['nginx.conf:3']);
  });
  it('is not for limits above the interval, in order, or in the default server', async () => {
    await expect(
      { 'app.js': node('server.headersTimeout = 40_000;\nserver.requestTimeout = 60_000;') },
      'header-timeout-ignored',
      [],
    );
    await expect(
      {
        'app.js':
          "import http from 'node:http';\nhttp.createServer({ headersTimeout: 2000, connectionsCheckingInterval: 500 }, h).listen(3000);\n",
      },
      'header-timeout-ignored',
      [],
    );
    await expect(
      {
        'nginx.conf':
          'server { listen 80 default_server; client_header_timeout 5s; location / { proxy_pass http://b:1; } }\n',
      },
      'header-timeout-ignored',
      [],
    );
  });
});

describe('chain/acquire-exceeds-budget and chain/statement-timeout', () => {
  const pool = (options: string) => node(`const pool = new Pool(${options});`);
  it('are found without limits and above the budget', async () => {
    await expect({ 'app.js': pool('{}') }, 'acquire-exceeds-budget', ['app.js:6']);
    await expect({ 'app.js': pool('{}') }, 'statement-timeout', ['app.js:6']);
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 5s;'),
        'app.js': pool('{ connectionTimeoutMillis: 5000, statement_timeout: 6000 }'),
      },
      'acquire-exceeds-budget',
      ['app.js:6'],
    );
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 5s;'),
        'app.js': pool('{ connectionTimeoutMillis: 1000, statement_timeout: 6000 }'),
      },
      'statement-timeout',
      ['app.js:6'],
    );
  });
  it('are not below it, wherever the statement is limited', async () => {
    const front = { 'nginx.conf': nginx('proxy_read_timeout 5s;') };
    const own = pool('{ connectionTimeoutMillis: 1000 }');
    await expect({ ...front, 'app.js': own, 'postgresql.conf': "statement_timeout = '3s'\n" }, 'statement-timeout', []);
    await expect(
      { ...front, 'app.js': own, 'roles.sql': "ALTER ROLE app SET statement_timeout TO '3s';\n" },
      'statement-timeout',
      [],
    );
    await expect(
      {
        ...front,
        'app.js': pool(
          "{ connectionString: 'postgres://u@db/x?options=-c%20statement_timeout%3D3s', connectionTimeoutMillis: 1000 }",
        ),
      },
      'statement-timeout',
      [],
    );
    await expect({ ...front, 'app.js': own }, 'acquire-exceeds-budget', []);
  });
});

describe('chain/probe-kills-slow-pod and chain/grace-too-short', () => {
  it('are found for one second and a short grace', async () => {
    await expect({ 'app.yaml': deployment('{ httpGet: { path: /, port: 3000 } }') }, 'probe-kills-slow-pod', [
      'app.yaml:12',
    ]);
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 60s;'),
        'app.yaml': deployment('{ timeoutSeconds: 5 }', 'terminationGracePeriodSeconds: 10'),
      },
      'grace-too-short',
      ['app.yaml:8'],
    );
  });
  it('are not for patient ones', async () => {
    await expect({ 'app.yaml': deployment('{ timeoutSeconds: 5, failureThreshold: 3 }') }, 'probe-kills-slow-pod', []);
    await expect(
      {
        'nginx.conf': nginx('proxy_read_timeout 60s;'),
        'app.yaml': deployment('{ timeoutSeconds: 5 }', 'terminationGracePeriodSeconds: 90'),
      },
      'grace-too-short',
      [],
    );
  });
});

describe('chain/default-bites and chain/no-limit', () => {
  it('are found for defaults and for limits switched off', async () => {
    await expect(
      { 'haproxy.cfg': 'listen web\n  bind :80\n  timeout client 5s\n  server app app:3000\n' },
      'default-bites',
      ['haproxy.cfg:1', 'haproxy.cfg:1'],
    );
    await expect(
      {
        'vs.yaml':
          'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a }\nspec: { hosts: [a], http: [{ route: [{ destination: { host: a } }] }] }\n',
      },
      'default-bites',
      ['vs.yaml:4'],
    );
    await expect({ 'haproxy.cfg': haproxy('0') }, 'no-limit', ['haproxy.cfg:4']);
  });
  it('are not for limits that somebody set', async () => {
    await expect({ 'haproxy.cfg': haproxy('30s') }, 'default-bites', []);
    await expect({ 'haproxy.cfg': haproxy('30s') }, 'no-limit', []);
    await expect({ 'nginx.conf': nginx('proxy_read_timeout 60s;') }, 'default-bites', []);
  });
});
