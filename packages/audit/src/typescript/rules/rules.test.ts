import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditText } from '../testing/audit-text.ts';

const PG =
  "import pg from 'pg';\nconst pool = new pg.Pool({ connectionTimeoutMillis: 500, statement_timeout: 900 });\n";

/** Each: what it is, the code, and what is found in it, `rule@line`. */
type Case = readonly [name: string, code: string, found: readonly string[]];

function check(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const [name, code, found] of cases) {
      it(name, async () => assert.deepEqual(await auditText(code), found));
    }
  });
}

check('outgoing calls', [
  ['a plain fetch', "await fetch('https://a.example');", ['unbounded-request@1']],
  ['a fetch of the project itself', "import { fetch } from './fetch.ts';\nawait fetch('https://a.example');", []],
  ['a fetch that is a parameter', 'export const load = (fetch, url) => fetch(url);', []],
  ['options from elsewhere', 'export const load = (url, init) => fetch(url, init);', []],
  ['options with a spread', 'export const load = (url, init) => fetch(url, { ...init, method: "PUT" });', []],
  ['options in a variable', 'const init = { method: "PUT" };\nawait fetch(url, init);', ['unbounded-request@2']],
  [
    'a signal through a variable',
    'const signal = AbortSignal.timeout(5);\nconst init = { signal };\nawait fetch(url, init);',
    [],
  ],
  ['a signal added later', 'const init = {};\ninit.signal = AbortSignal.timeout(5);\nawait fetch(url, init);', []],
  ['a page', "document.title = 'x';\nawait fetch('https://a.example');", []],
  ['a relative URL', "await fetch('/api/things');", []],
  ['require', "const axios = require('axios');\naxios.get('https://a.example');", ['unbounded-request@2']],
  [
    'axios with a limit of zero',
    "import axios from 'axios';\nawait axios.get(url, { timeout: 0 });",
    ['unbounded-request@2'],
  ],
  ['axios with a body and a limit', "import axios from 'axios';\nawait axios.post(url, {}, { timeout: 5 });", []],
  [
    'an instance with a limit',
    "import axios from 'axios';\nconst api = axios.create({ timeout: 5 });\nawait api.get('/x');",
    [],
  ],
  [
    'an instance without',
    "import axios from 'axios';\nconst api = axios.create({ baseURL });\nawait api.get('/x');",
    ['unbounded-request@3'],
  ],
  [
    'an instance in a field',
    "import axios from 'axios';\nclass A { api = axios.create({});\n get() { return this.api.get('/x'); } }",
    ['unbounded-request@3'],
  ],
  ['defaults', "import axios from 'axios';\naxios.defaults.timeout = 5;\nawait axios.get(url);", []],
  [
    'got, extended',
    "import got from 'got';\nconst api = got.extend({ timeout: { request: 5 } });\nawait api.get(url);",
    [],
  ],
  ['got, plain', "import got from 'got';\nawait got(url).json();", ['unbounded-request@2']],
  ['ky has a limit', "import ky from 'ky';\nawait ky.get(url);", []],
  [
    'http with a listener',
    "import http from 'node:http';\nconst req = http.get(url, () => {});\nreq.setTimeout(5, () => req.destroy());",
    [],
  ],
  [
    'http with an option that ends nothing',
    "import http from 'node:http';\nconst req = http.request('http://a.example', { timeout: 5 });\nreq.end();",
    ['unbounded-request@2'],
  ],
  [
    'undici with a signal',
    "import { request } from 'undici';\nawait request(url, { signal: AbortSignal.timeout(5) });",
    [],
  ],
  [
    'a global dispatcher',
    "import { Agent, setGlobalDispatcher } from 'undici';\nsetGlobalDispatcher(new Agent({ headersTimeout: 5 }));\nawait fetch(url);",
    [],
  ],
  [
    'the AWS SDK',
    "import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';\nconst s3 = new S3Client({});\nawait s3.send(new GetObjectCommand({}));",
    ['unbounded-request@3'],
  ],
]);

check('queries', [
  [
    'a pool without limits',
    "import { Pool } from 'pg';\nconst pool = new Pool({ max: 3 });\nawait pool.query('SELECT now()');",
    ['pool-without-acquire-timeout@2', 'unbounded-query@2'],
  ],
  ['a pool from elsewhere', "import { pool } from './db.ts';\nawait pool.query('SELECT now()');", []],
  [
    'a limit in the connection string',
    "import { Pool } from 'pg';\nconst pool = new Pool({ connectionString: 'postgres://a/b?statement_timeout=5', connectionTimeoutMillis: 5 });\nawait pool.query('SELECT now()');",
    [],
  ],
  [
    'options that cannot be seen',
    "import { Pool } from 'pg';\nexport const make = (config) => { const pool = new Pool(config);\nreturn pool.query('SELECT now()'); };",
    [],
  ],
  [
    'mysql2 with a limit',
    "import mysql from 'mysql2/promise';\nconst pool = mysql.createPool({ queueLimit: 9 });\nawait pool.query({ sql: 'SELECT now()', timeout: 5 });",
    [],
  ],
  [
    'transaction control',
    `${PG.replace(', statement_timeout: 900', '')}const c = await pool.connect();\nawait c.query('BEGIN');\nawait c.query('SET LOCAL statement_timeout = 5');`,
    [],
  ],
]);

const held = (body: string) => `${PG}export async function work(id) {\n${body}\n}`;

check('connections', [
  ['an early return', held('const c = await pool.connect();\nif (!id) return;\nc.release();'), ['leaked-connection@4']],
  [
    'a query that throws',
    held("const c = await pool.connect();\nawait c.query('SELECT now()');\nc.release();"),
    ['leaked-connection@4'],
  ],
  [
    'a finally',
    held(
      "const c = await pool.connect();\ntry { if (!id) return 1; await c.query('SELECT now()'); } finally { c.release(); }",
    ),
    [],
  ],
  [
    'a finally that looks first',
    held("let c;\ntry { c = await pool.connect(); await c.query('SELECT now()'); } finally { if (c) c.release(); }"),
    [],
  ],
  [
    'a finally with a chain',
    held("let c;\ntry { c = await pool.connect(); await c.query('SELECT now()'); } finally { c?.release(); }"),
    [],
  ],
  [
    'both ways of a try',
    held(
      "const c = await pool.connect();\ntry { await c.query('SELECT now()'); } catch (e) { c.release(); throw e; }\nc.release();",
    ),
    [],
  ],
  [
    'a catch that forgets',
    held(
      "const c = await pool.connect();\ntry { await c.query('SELECT now()'); c.release(); } catch (e) { return e; }",
    ),
    ['leaked-connection@4'],
  ],
  ['returned to the caller', held('const c = await pool.connect();\nreturn c;'), []],
  [
    'given back in a callback',
    held("const c = await pool.connect();\nreturn c.query('SELECT now()').finally(() => c.release());"),
    [],
  ],
  [
    'a loop that goes on',
    held('for (const x of id) { const c = await pool.connect();\nif (!x) continue;\nc.release(); }'),
    ['leaked-connection@4'],
  ],
  [
    'a second one of the same pool',
    held("const c = await pool.connect();\ntry { await pool.query('SELECT now()'); } finally { c.release(); }"),
    ['nested-checkout@5'],
  ],
  [
    'a second one after the first',
    held("const c = await pool.connect();\nc.release();\nawait pool.query('SELECT now()');"),
    [],
  ],
  [
    'a call after the commit',
    held(
      "const c = await pool.connect();\ntry { await c.query('BEGIN'); await c.query('COMMIT'); await fetch(id, { signal: AbortSignal.timeout(5) }); } finally { c.release(); }",
    ),
    [],
  ],
]);

check('time', [
  [
    'a timer that is cleared',
    'export async function a() { const c = new AbortController();\nconst t = setTimeout(() => c.abort(), 5);\ntry { await x(c.signal); } finally { clearTimeout(t); } }',
    [],
  ],
  [
    'a race that aborts',
    'export async function a(url) { const c = new AbortController();\nconst late = new Promise((_, no) => setTimeout(() => { c.abort(); no(); }, 5));\nreturn Promise.race([fetch(url, { signal: c.signal }), late]); }',
    [],
  ],
  ['sync at start', "import fs from 'node:fs';\nconst config = fs.readFileSync('a');", []],
  [
    'sync in what a handler calls',
    "import fs from 'node:fs';\nimport express from 'express';\nconst read = () => fs.readFileSync('a');\nexpress().get('/', (req, res) => res.send(read()));",
    ['sync-in-handler@3'],
  ],
]);

describe('comments', () => {
  it('silence with a reason, and only with one', async () => {
    assert.deepEqual(
      await auditText('// holdup-ignore-next-line js/unbounded-request: a probe\nawait fetch("https://a.example");'),
      [],
    );
    await assert.rejects(
      auditText('// holdup-ignore-next-line js/unbounded-request\nawait fetch("https://a.example");'),
      /needs a rule and a reason/,
    );
  });
});
