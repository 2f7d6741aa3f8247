import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rowsOf } from '../draw/rows.ts';
import { chainOf, limitsOf, rulesIn } from '../testing/chain-of.ts';

const NODE = "import http from 'node:http';\nhttp.createServer(h).listen(3000);\n";

describe('Docker Compose', () => {
  const COMPOSE = `services:
  web: { image: "nginx:1.27", ports: ["80:80"] }
  app:
    build: .
    ports: ["127.0.0.1:8080:3000/tcp"]
    environment: { REQUEST_TIMEOUT_MS: "5000", PORT: "3000" }
  db:
    image: registry.example.com:5000/library/postgres:17
    command: postgres -c statement_timeout=90s -c 'lock_timeout=5s'
  books:
    image: mysql:8.4
    command: ["--max-execution-time=5000", "--loose-innodb-lock-wait-timeout=3"]
`;
  it('reads what databases are started with, and how long a program gets to end', async () => {
    const { hops, notUnderstood } = await chainOf({ 'compose.yaml': COMPOSE });
    assert.deepEqual(
      hops.map(({ name, timeouts, listens }) => [
        name,
        listens[0],
        ...timeouts.filter(({ source }) => source === 'set').map(({ setting, ms }) => `${setting}=${ms}`),
      ]),
      [
        ['container app', { host: 'app', port: 3000 }],
        ['postgresql db', { host: 'db', port: 5432 }, 'statement_timeout=90000', 'lock_timeout=5000'],
        ['mysql books', { host: 'books', port: 3306 }, 'max_execution_time=5000', 'innodb_lock_wait_timeout=3000'],
      ],
    );
    assert.deepEqual(
      notUnderstood.map(({ setting, place }) => `${setting}:${place.line}`),
      ['app environment REQUEST_TIMEOUT_MS:6'],
    );
  });

  it('stands between the proxy and the program in it', async () => {
    const report = await chainOf({
      'compose.yaml': COMPOSE,
      'nginx.conf': 'server { listen 80; location / { proxy_read_timeout 60s; proxy_pass http://app:3000; } }\n',
      'server.js': NODE,
    });
    assert.deepEqual(
      report.chains.find(([hop]) => hop?.format === 'nginx')?.map(({ name }) => name),
      ['nginx /', 'container app', 'node server'],
    );
    assert.ok(rulesIn(report).includes('grace-too-short compose.yaml:3'));
  });
});

describe('what is written once for many', () => {
  it('is taken from merge keys and from Globals', async () => {
    const compose = `x-app: &app { image: "a:\${TAG:-1}", stop_grace_period: "\${GRACE:-45s}" }
services:
  api:
    <<: *app
  slow:
    <<: *app
    stop_grace_period: 2m
  pg: { image: "postgres:\${PG:-17}-alpine" }
`;
    const report = await chainOf({ 'compose.yaml': compose });
    assert.deepEqual(limitsOf(report, 'grace'), [45_000, 120_000]);
    assert.equal(report.hops[2]?.name, 'postgresql pg');
    const sam = `Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Timeout: 20 } }
Resources:
  A: { Type: AWS::Serverless::Function, Properties: { Handler: a.b } }
  B: { Type: AWS::Serverless::Function, Properties: { Handler: a.b, Timeout: 7 } }
`;
    assert.deepEqual(limitsOf(await chainOf({ 'template.yaml': sam }), 'handler'), [20_000, 7000]);
  });
});

describe('what is switched off or decided elsewhere', () => {
  it('is no idle connection, and no default of a client', async () => {
    const nginx =
      'upstream a { server app:3000; keepalive 0; }\nserver { listen 80; location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 5s; proxy_pass http://a; } }\n';
    const calls =
      "import { Agent, setGlobalDispatcher } from 'undici';\nawait fetch('http://o', { dispatcher: new Agent({ headersTimeout: 1500 }) });\n";
    assert.deepEqual(rulesIn(await chainOf({ 'nginx.conf': nginx, 'app.js': NODE + calls })), []);
    const global =
      "import { Agent, setGlobalDispatcher } from 'undici';\nsetGlobalDispatcher(agent);\nawait fetch('http://o');\n";
    assert.deepEqual(rulesIn(await chainOf({ 'nginx.conf': nginx, 'app.js': NODE + global })), []);
  });
});

describe('Traefik by flags and variables', () => {
  it('is read from Compose, whatever the case of a flag', async () => {
    const report = await chainOf({
      'compose.yaml': `services:
  proxy:
    image: traefik:v3.2
    command:
      - --entrypoints.web.address=:80
      - --entryPoints.web.transport.respondingTimeouts.readTimeout=5s
      - --serverstransport.forwardingtimeouts.responseheadertimeout=20
`,
    });
    assert.deepEqual(limitsOf(report, 'body'), [5000]);
    assert.deepEqual(limitsOf(report, 'response'), [20_000]);
    assert.deepEqual(report.hops[0]?.listens, [{ port: 80 }]);
  });

  it('is read from the arguments and variables of a pod', async () => {
    const report = await chainOf({
      't.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik }
spec:
  template:
    spec:
      containers:
      - image: docker.io/traefik:3.3
        args: ["--entrypoints.web.address=:8000"]
        env:
        - { name: TRAEFIK_SERVERSTRANSPORT_FORWARDINGTIMEOUTS_RESPONSEHEADERTIMEOUT, value: "30s" }
        - { name: TRAEFIK_ENTRYPOINTS_WEB_TRANSPORT_RESPONDINGTIMEOUTS_WRITETIMEOUT, valueFrom: { secretKeyRef: { name: x, key: y } } }
`,
    });
    assert.deepEqual(limitsOf(report, 'response'), [30_000]);
    assert.deepEqual(limitsOf(report, 'write'), ['unknown']);
  });
});

describe('ingress-nginx', () => {
  const ingress = (name: string, timeout: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, annotations: { nginx.ingress.kubernetes.io/proxy-connect-timeout: "3"${timeout} } }
spec: { ingressClassName: nginx, rules: [{ http: { paths: [{ path: /, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }] }
`;
  const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ingress-nginx-controller }
data: { proxy-read-timeout: "120", upstream-keepalive-timeout: "65s" }
`;
  it('takes whole seconds; with a unit it is the ConfigMap that holds, or the default', async () => {
    const wrong = ', nginx.ingress.kubernetes.io/proxy-read-timeout: "300s"';
    const report = await chainOf({ 'a.yaml': `${ingress('a', wrong)}---\n${ingress('b', '')}${config}` });
    assert.deepEqual(limitsOf(report, 'response'), [120_000, 120_000]);
    assert.deepEqual(limitsOf(report, 'connect'), [3000, 3000]);
    assert.deepEqual(limitsOf(report, 'upstream-keepalive'), [60_000, 60_000]);
    assert.deepEqual(rulesIn(report), ['value-ignored a.yaml:3', 'value-ignored a.yaml:14']);
    assert.deepEqual(limitsOf(await chainOf({ 'a.yaml': ingress('a', wrong) }), 'response'), [60_000]);
  });

  it('leaves another ConfigMap alone, and what a template decides open', async () => {
    const other = config.replace(/data: .*/, 'data: { timeout: "5s" }');
    const report = await chainOf({ 'a.yaml': `${ingress('a', '')}${other}` });
    assert.equal(report.hops.length, 1);
    const open = await chainOf({
      'a.yaml': ingress('a', ', nginx.ingress.kubernetes.io/proxy-read-timeout: "{{ .Values.t }}"'),
    });
    assert.deepEqual([limitsOf(open, 'response'), rulesIn(open)], [['unknown'], []]);
  });
});

describe('PostgreSQL 17', () => {
  it('ends a transaction before a longer statement timeout fires', async () => {
    const conf = (transaction: string) => ({
      'postgresql.conf': `statement_timeout = 30s\nidle_in_transaction_session_timeout = 5s\ntransaction_timeout = ${transaction}\n`,
    });
    assert.deepEqual(rulesIn(await chainOf(conf('10s'))), ['value-ignored postgresql.conf:1']);
    assert.deepEqual(rulesIn(await chainOf(conf('60s'))), []);
    assert.deepEqual(rulesIn(await chainOf(conf('0'))), []);
  });
});

describe('Kubernetes', () => {
  it('takes the wait of a preStop hook off the grace period', async () => {
    const pod = (hook: string) => ({
      'p.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { terminationGracePeriodSeconds: 45, containers: [{ image: app, lifecycle: { preStop: ${hook} } }] }\n`,
    });
    const graceOf = async (hook: string) => limitsOf(await chainOf(pod(hook)), 'grace');
    assert.deepEqual(await graceOf('{ exec: { command: [sh, -c, "nginx -s quit; sleep 15"] } }'), [30_000]);
    assert.deepEqual(await graceOf('{ sleep: { seconds: 10 } }'), [35_000]);
    assert.deepEqual(await graceOf('{ httpGet: { path: /drain } }'), [45_000]);
  });
});

describe('a pool', () => {
  it('of MySQL waits for MySQL, whichever library it is of', async () => {
    const report = await chainOf({
      'db.js': `${NODE}import knex from 'knex';\nconst db = knex({ client: 'mysql2', connection: { host: 'db' } });\n`,
      'my.cnf': '[mysqld]\nmax_execution_time=5000\n',
    });
    assert.deepEqual(
      report.chains[0]?.map(({ role }) => role),
      ['server', 'pool', 'database'],
    );
    assert.deepEqual(
      rulesIn(report).filter((rule) => rule.startsWith('statement')),
      [],
    );
  });

  it('does not bound a statement by how long a connection is waited for', async () => {
    const report = await chainOf({
      'db.js': `${NODE}import { Pool } from 'pg';\nconst pool = new Pool({ connectionTimeoutMillis: 1000 });\n`,
      'postgresql.conf': 'statement_timeout = 5s\n',
    });
    assert.deepEqual(
      rowsOf(report).drawn[0]?.map(({ beyond }) => beyond),
      [0, 0, 0],
    );
  });
});
