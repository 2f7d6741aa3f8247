import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeTree } from '../../testing/tree.ts';
import { openTypeScriptAuditor } from '../open.ts';

/** Each: what it is, the files, and what is found in the last of them, `rule@line`. */
type Case = readonly [name: string, files: Readonly<Record<string, string>>, found: readonly string[]];

const POOL = "import { Pool } from 'pg';\nexport const pool = new Pool({ connectionTimeoutMillis: 500 });\n";
const BOUNDED = POOL.replace('500', '500, statement_timeout: 900');

const CASES: readonly Case[] = [
  [
    'a pool',
    { 'db.ts': POOL, 'app.ts': "import { pool } from './db.js';\nawait pool.query('SELECT now()');" },
    ['unbounded-query@2'],
  ],
  [
    'a pool with a limit',
    { 'db.ts': BOUNDED, 'app.ts': "import { pool } from './db.js';\nawait pool.query('SELECT now()');" },
    [],
  ],
  [
    'a pool handed on by two files',
    {
      'db/pool.ts': POOL,
      'db/index.ts': "export * from './pool';",
      'lib.ts': "export { pool as db } from './db';",
      'app.ts': "import { db } from './lib';\nawait db.query('SELECT now()');",
    },
    ['unbounded-query@2'],
  ],
  [
    'an alias of tsconfig.json',
    {
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'src/db.ts': POOL,
      'src/web/app.ts': "import * as db from '@/db';\nawait db.pool.query('SELECT now()');",
    },
    ['unbounded-query@2'],
  ],
  [
    'an instance of axios without a limit, by default export',
    {
      'http.js': "import axios from 'axios';\nexport default axios.create({ baseURL: 'https://a.example' });",
      'app.js': "import http from './http.js';\nawait http.get('/x');",
    },
    ['unbounded-request@2'],
  ],
  [
    'an instance of axios with one, whose value is a constant',
    {
      'http.js': "import axios from 'axios';\nconst timeout = 5_000;\nexport const http = axios.create({ timeout });",
      'app.js': "import { http } from './http.js';\nawait http.get('/x');",
    },
    [],
  ],
  [
    'CommonJS, all of it and by name',
    {
      'all.js': "const { Pool } = require('pg');\nmodule.exports = new Pool({ connectionTimeoutMillis: 5 });",
      'named.js': "const mysql = require('mysql2/promise');\nexports.pool = mysql.createPool({ queueLimit: 5 });",
      'app.js':
        "const all = require('./all');\nconst { pool } = require('./named');\nall.query('SELECT now()');\npool.execute('SELECT now()');",
    },
    ['unbounded-query@3', 'unbounded-query@4'],
  ],
  [
    'a function that makes it',
    {
      'db.ts': `${POOL}export function getPool() {\n  return pool;\n}`,
      'app.ts': "import { getPool } from './db.ts';\nawait getPool().query('SELECT now()');",
    },
    ['unbounded-query@2'],
  ],
  [
    'a service of NestJS that extends the client of Prisma',
    {
      'prisma.service.ts':
        "import { PrismaClient } from '@prisma/client';\nexport class PrismaService extends PrismaClient {}",
      'users.service.ts':
        "import { PrismaService } from './prisma.service';\nexport class Users {\n  constructor(private readonly prisma: PrismaService) {}\n  async load(ids: string[]) {\n    for (const id of ids) await this.prisma.user.findUnique({ where: { id } });\n  }\n}",
    },
    ['query-in-loop@5'],
  ],
  [
    'a field of a class that another file declares',
    {
      'base.ts': `${POOL}export class Repository {\n  protected readonly pool = pool;\n}`,
      'users.ts':
        "import { Repository } from './base';\nexport class Users extends Repository {\n  all() {\n    return this.pool.query('SELECT * FROM users');\n  }\n}",
    },
    ['unbounded-query@4'],
  ],
  [
    'files that import each other',
    {
      'a.ts': "export * from './b.ts';\nimport 'pg';",
      'b.ts': "export * from './a.ts';\nimport 'pg';",
      'app.ts': "import { pool } from './a.ts';\nawait pool.query('SELECT now()');",
    },
    [],
  ],
  ['a file that is not there', { 'app.ts': "import { pool } from './db';\nawait pool.query('SELECT now()');" }, []],
  [
    'a file that does not parse',
    { 'db.ts': `${POOL}const = 1;`, 'app.ts': "import { pool } from './db';\nawait pool.query('SELECT now()');" },
    [],
  ],
];

describe('what other files of the project export', () => {
  for (const [name, files, found] of CASES) {
    it(name, async () => {
      const folder = writeTree(files);
      const file = join(folder, Object.keys(files).at(-1) ?? '');
      const { hazards } = (await openTypeScriptAuditor()).audit(file, readFileSync(file, 'utf8'), file);
      assert.deepEqual(
        hazards.map(({ rule, place }) => `${rule.replace('js/', '')}@${place.line}`),
        found,
      );
    });
  }
});
