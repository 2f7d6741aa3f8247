import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, limitsOf } from '../testing/chain-of.ts';

const CALL = (timeout: string) =>
  `import http from 'node:http';\nimport axios from 'axios';\nhttp.createServer(h).listen(process.env.PORT ?? 3000);\nawait axios.get('http://o/', { timeout: ${timeout} });\n`;

describe('variables of the environment', () => {
  const compose = (value: string) =>
    `services:\n  app: { build: ./api, environment: { TIMEOUT_MS: ${value}, PORT: 4000 } }\n`;

  it('are resolved from Compose, with the .env beside it', async () => {
    const read = async (expression: string, value = '"2500"', env = '') =>
      limitsOf(
        await chainOf({ 'compose.yaml': compose(value), '.env': env, 'api/app.js': CALL(expression) }),
        'request',
      );
    assert.deepEqual(await read('Number(process.env.TIMEOUT_MS)'), [2500]);
    assert.deepEqual(await read('Number(process.env.TIMEOUT_MS ?? 9000)'), [2500]);
    assert.deepEqual(await read('parseInt(process.env.TIMEOUT_MS || "9000", 10)'), [2500]);
    assert.deepEqual(await read('+process.env.TIMEOUT_MS'), [2500]);
    assert.deepEqual(await read('process.env.TIMEOUT_MS ? Number(process.env.TIMEOUT_MS) : 9000'), [2500]);
    assert.deepEqual(await read('Number(process.env.SECONDS) * 1000', '1', 'SECONDS=4\n'), [4000]);
    const inside = ['"$', '{BUDGET:-7000}"'].join('');
    assert.deepEqual(await read('Number(process.env.TIMEOUT_MS)', inside), [7000]);
    assert.deepEqual(await read('Number(process.env.TIMEOUT_MS)', inside, 'export BUDGET="3000" # ms\n'), [3000]);
    assert.deepEqual(await read('Number(process.env.NOWHERE ?? 9000)'), [9000]);
  });

  it('say where a value comes from, and are no longer listed as not understood', async () => {
    const report = await chainOf({
      'compose.yaml': compose('2500'),
      'api/app.js': CALL('Number(process.env.TIMEOUT_MS)'),
    });
    const client = report.hops.find(({ role }) => role === 'client');
    assert.equal(client?.timeouts[0]?.note, 'TIMEOUT_MS in compose.yaml:2');
    assert.deepEqual(report.notUnderstood, []);
    assert.deepEqual(report.hops.find(({ role }) => role === 'server')?.listens, [{ port: 4000 }]);
  });

  it('go to the program of their container; where containers disagree nothing is known', async () => {
    const two = `services:
  app: { build: ./api, environment: [TIMEOUT_MS=2000] }
  jobs: { build: { context: ./jobs }, environment: [TIMEOUT_MS=60000] }
`;
    const source = CALL('Number(process.env.TIMEOUT_MS ?? 1)');
    assert.deepEqual(limitsOf(await chainOf({ 'compose.yaml': two, 'api/a.js': source }), 'request'), [2000]);
    assert.deepEqual(limitsOf(await chainOf({ 'compose.yaml': two, 'jobs/a.js': source }), 'request'), [60_000]);
    assert.deepEqual(limitsOf(await chainOf({ 'compose.yaml': two, 'lib/a.js': source }), 'request'), ['unknown']);
  });

  it('are resolved from pods and their ConfigMaps; a secret hides what the source says', async () => {
    const pod = (env: string) => ({
      'k8s.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { TIMEOUT_MS: "1500" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { template: { spec: { containers: [{ name: app, image: app, ${env} }] } } }
`,
      'app.js': CALL('Number(process.env.TIMEOUT_MS ?? 1)'),
    });
    const read = async (env: string) => limitsOf(await chainOf(pod(env)), 'request');
    assert.deepEqual(await read('env: [{ name: TIMEOUT_MS, value: "800" }]'), [800]);
    assert.deepEqual(await read('envFrom: [{ configMapRef: { name: settings } }]'), [1500]);
    assert.deepEqual(
      await read('env: [{ name: TIMEOUT_MS, valueFrom: { configMapKeyRef: { name: settings, key: TIMEOUT_MS } } }]'),
      [1500],
    );
    assert.deepEqual(await read('env: [{ name: TIMEOUT_MS, valueFrom: { secretKeyRef: { name: s, key: k } } }]'), [
      'unknown',
    ]);
  });

  it('are those of the function in whose folder a program lies', async () => {
    const template = `Resources:
  A: { Type: AWS::Serverless::Function, Properties: { CodeUri: a/, Handler: index.get, Environment: { Variables: { LIMIT: 4000, SECRET: !Ref Nowhere } } } }
  B: { Type: AWS::Serverless::Function, Properties: { CodeUri: b/, Handler: index.get, Environment: { Variables: { LIMIT: 6000 } } } }
`;
    const call = (value: string) => `const axios = require('axios');\naxios.create({ timeout: Number(${value}) });\n`;
    const report = await chainOf({
      'template.yaml': template,
      'a/index.js': call('process.env.LIMIT'),
      'b/index.js': call('process.env.LIMIT'),
      'a/other.js': call('process.env.SECRET ?? 1'),
    });
    assert.deepEqual(limitsOf(report, 'request'), [4000, 6000, 'unknown']);
    const main =
      'resource "aws_lambda_function" "f" {\n  handler = "index.get"\n  environment {\n    variables = { LIMIT = 2 * 1000 }\n  }\n}\n';
    const terraform = await chainOf({ 'main.tf': main, 'index.js': call('process.env.LIMIT') });
    assert.deepEqual(limitsOf(terraform, 'request'), [2000]);
  });

  it('hold the address of a database, of which no password is shown', async () => {
    const report = await chainOf({
      '.env': 'DATABASE_URL=postgres://app:hunter2@db:5433/shop?options=-c%20statement_timeout%3D3s\n',
      'app.js':
        "import { Pool } from 'pg';\nconst { DATABASE_URL } = process.env;\nconst pool = new Pool({ connectionString: DATABASE_URL });\n",
    });
    assert.deepEqual(report.hops[0]?.upstreams, [{ host: 'db', port: 5433 }]);
    assert.deepEqual(limitsOf(report, 'statement'), [3000]);
    assert.ok(!JSON.stringify(report).includes('hunter2'));
  });

  it('are followed through the modules of a program that settings lie in', async () => {
    const config = `export const config = Object.freeze({ db: { wait: Number(process.env.WAIT ?? 3000) } });
export const LIMIT = 2 * 1000;
export default { http: { timeout: 4000 } } as const;
`;
    const report = await chainOf({
      'compose.yaml': 'services:\n  api: { build: ., environment: { WAIT: "9000" } }\n',
      'src/config.ts': config,
      'src/settings.cjs': 'module.exports = { retry: { wait: 700 } };\n',
      'src/app.ts': `import axios from 'axios';
import pg from 'pg';
import standard, { config, LIMIT as limit } from './config.js';
const wait = config.db.wait;
new pg.Pool({ connectionTimeoutMillis: wait });
axios.create({ timeout: limit });
axios.create({ timeout: standard.http.timeout });
axios.create({ timeout: config.nothing.here });
`,
      'src/old.js':
        "const settings = require('./settings.cjs');\nconst axios = require('axios');\naxios.create({ timeout: settings.retry.wait });\n",
    });
    assert.deepEqual(limitsOf(report, 'acquire'), [9000]);
    assert.deepEqual(limitsOf(report, 'request'), [2000, 4000, 'unknown', 700]);
  });
});
