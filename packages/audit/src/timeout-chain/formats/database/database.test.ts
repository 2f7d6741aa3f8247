import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, limitsOf, rulesIn } from '../../testing/chain-of.ts';

const NGINX = 'server { listen 80; location / { proxy_read_timeout 10s; proxy_pass http://app:3000; } }\n';
const program = (imports: string, code: string) =>
  `import http from 'node:http';\n${imports}\nhttp.createServer(h).listen(3000);\n${code}\n`;
const mysql2 = (options: string) =>
  program("import mysql from 'mysql2/promise';", `const pool = mysql.createPool({ host: 'db', ${options} });`);
const pg = (options: string) => program("import { Pool } from 'pg';", `const pool = new Pool({ ${options} });`);
const FITS = 'connectionTimeoutMillis: 1000, statement_timeout: 5000';

describe('MySQL', () => {
  it('closes idle connections under pools that keep them', async () => {
    const kept = {
      'app.js': mysql2(''),
      'my.cnf': '[mysqld]\nwait_timeout = 60\nmax_execution_time = 5000\ninnodb_lock_wait_timeout = 5\n',
    };
    assert.ok(rulesIn(await chainOf(kept)).includes('keep-alive-race my.cnf:2'));
    const closed = { ...kept, 'app.js': mysql2('maxIdle: 2, idleTimeout: 30_000') };
    assert.deepEqual(rulesIn(await chainOf(closed)), ['acquire-exceeds-budget app.js:4']);
  });

  it('says what mysql2 passes over', async () => {
    assert.ok(rulesIn(await chainOf({ 'app.js': mysql2('idleTimeout: 30_000') })).includes('value-ignored app.js:4'));
  });

  it('waits fifty seconds for a lock unless told otherwise, also where reads are limited', async () => {
    const files = (lock: string) => ({
      'nginx.conf': NGINX,
      'app.js': mysql2(''),
      'my.cnf': `[mysqld]\nmax_execution_time = 5000\n${lock}`,
    });
    assert.ok(rulesIn(await chainOf(files(''))).includes('lock-wait my.cnf:1'));
    const short = rulesIn(await chainOf(files('innodb_lock_wait_timeout = 5\n')));
    assert.ok(!short.some((rule) => rule.startsWith('lock-wait')), short.join());
  });

  it('is set in SQL too, and names what it cannot read', async () => {
    const report = await chainOf({
      'init.sql':
        "SET GLOBAL wait_timeout = 120;\nSET PERSIST max_execution_time = '5s';\nSET @@GLOBAL.net_read_timeout=20;\n",
    });
    assert.deepEqual(limitsOf(report, 'keepalive'), [120_000]);
    assert.deepEqual(limitsOf(report, 'body'), [20_000]);
    assert.deepEqual(
      report.problems.map(({ line, message }) => `${line} ${message.slice(0, 43)}`),
      ['2 max_execution_time: "5s" is not a number of'],
    );
  });

  it('gives interactive_timeout to nobody but the mysql client', async () => {
    const report = await chainOf({ 'my.cnf': '[mysqld]\ninteractive_timeout = 60\n' });
    assert.ok(rulesIn(report).includes('value-ignored my.cnf:2'));
  });
});

describe('PostgreSQL', () => {
  it('takes what a role has for the pool that connects as it', async () => {
    const files = (user: string) => ({
      'nginx.conf': NGINX,
      'app.js': pg(`user: '${user}', connectionTimeoutMillis: 1000`),
      'postgresql.conf': 'statement_timeout = 0\nidle_in_transaction_session_timeout = 5s\n',
      'roles.sql':
        "ALTER ROLE app SET statement_timeout TO '3s';\nALTER ROLE report SET statement_timeout = '10min';\n",
    });
    assert.deepEqual(rulesIn(await chainOf(files('app'))), []);
    assert.deepEqual(rulesIn(await chainOf(files('report'))), ['statement-timeout roles.sql:2']);
    const other = await chainOf(files('admin'));
    assert.deepEqual(rulesIn(other), ['statement-timeout postgresql.conf:1']);
    assert.match(other.notes.join('\n'), /what role app has \(roles.sql\) holds for no pool here/);
  });

  it('gives no verdict where roles differ and the pool does not say which it is', async () => {
    const report = await chainOf({
      'nginx.conf': NGINX,
      'app.js': pg('connectionTimeoutMillis: 1000'),
      'roles.sql':
        "ALTER ROLE app SET statement_timeout TO '3s';\nALTER ROLE report SET statement_timeout = '10min';\n",
    });
    assert.deepEqual(rulesIn(report), []);
  });

  it('prefers ALTER SYSTEM to its file, and a role in a database to the role', async () => {
    const report = await chainOf({
      'app.js': pg("connectionString: 'postgres://app:x@db/shop', connectionTimeoutMillis: 1000"),
      'postgresql.conf': 'lock_timeout = 9s\n',
      'a.sql':
        "ALTER SYSTEM SET lock_timeout = '2s';\nALTER ROLE app SET statement_timeout = '9s';\nALTER ROLE app IN DATABASE shop SET statement_timeout = '4s';\nALTER DATABASE other SET idle_in_transaction_session_timeout = '1s';\n",
    });
    assert.deepEqual(limitsOf(report, 'lock'), [2000]);
    assert.deepEqual(limitsOf(report, 'statement'), [4000, 'none']);
  });

  it('gives no verdict on what a role or a database leaves out', async () => {
    const sql =
      "-- ALTER ROLE x SET lock_timeout = '1s';\nalter role web in database \"shop\" set lock_timeout = '100ms';\nALTER DATABASE shop SET idle_in_transaction_session_timeout='1min';\nSET statement_timeout = 0;\nALTER ROLE web RESET ALL;\n";
    const report = await chainOf({ 'a.sql': sql });
    assert.deepEqual(rulesIn(report), []);
    assert.deepEqual(
      report.hops.map(({ name }) => name),
      ['role web in shop', 'database shop'],
    );
  });

  it('is told by options, PGOPTIONS and the like', async () => {
    const report = await chainOf({
      'compose.yaml':
        'services:\n  api: { build: ., environment: { PGHOST: db2, PGPORT: 5433, PGOPTIONS: "-c lock_timeout=2s" } }\n',
      'app.js': pg('connectionTimeoutMillis: 1000'),
      'b.js': pg("host: 'db', options: '-c statement_timeout=4s'"),
    });
    assert.deepEqual(limitsOf(report, 'lock'), [2000]);
    assert.deepEqual(limitsOf(report, 'statement'), [4000]);
    assert.deepEqual(
      report.hops.filter(({ role }) => role === 'pool').map(({ upstreams }) => upstreams[0]),
      [
        { host: 'db2', port: 5433 },
        { host: 'db', port: 5433 },
      ],
    );
  });

  it('names limits in an order in which one never fires', async () => {
    const conf = (text: string) =>
      chainOf({ 'postgresql.conf': `${text}\nidle_in_transaction_session_timeout = 1s\n` });
    assert.deepEqual(rulesIn(await conf('statement_timeout = 5s\nlock_timeout = 5s\ndeadlock_timeout = 6s')), [
      'value-ignored postgresql.conf:2',
      'value-ignored postgresql.conf:3',
      'value-ignored postgresql.conf:3',
    ]);
    assert.deepEqual(rulesIn(await conf('statement_timeout = 5s\nlock_timeout = 2s\ndeadlock_timeout = 1s')), []);
  });

  it('ends idle sessions under pools', async () => {
    const files = (idle: string) => ({
      'app.js': pg(`${FITS}, idleTimeoutMillis: ${idle}`),
      'postgresql.conf': 'idle_session_timeout = 30s\nidle_in_transaction_session_timeout = 5s\n',
    });
    assert.deepEqual(rulesIn(await chainOf(files('60_000'))), ['keep-alive-race postgresql.conf:1']);
    assert.deepEqual(rulesIn(await chainOf(files('60_000, maxLifetimeSeconds: 20'))), []);
    assert.deepEqual(rulesIn(await chainOf(files('10_000'))), []);
  });
});

describe('PgBouncer', () => {
  const INI = `[databases]
shop = host=db port=5432 dbname=shop
* = host=db
%include other.ini
[pgbouncer]
listen_port = 6432
server_idle_timeout = 300
client_idle_timeout = 20
`;
  const files = (ini: string, options = '') => ({
    'nginx.conf': NGINX,
    'app.js': pg(`host: 'pgbouncer', port: 6432, connectionTimeoutMillis: 2000, ${options}`),
    'pgbouncer.ini': ini,
    'postgresql.conf': 'statement_timeout = 4s\nidle_in_transaction_session_timeout = 5s\n',
  });

  it('stands between the pool and the database, with a queue of its own', async () => {
    const report = await chainOf(files(INI));
    assert.deepEqual(
      report.chains[0]?.map(({ name }) => name),
      ['nginx /', 'node server', 'pg pool', 'pgbouncer', 'postgresql'],
    );
    assert.deepEqual(rulesIn(report), ['acquire-exceeds-budget pgbouncer.ini:6']);
    assert.deepEqual(rulesIn(await chainOf(files(`${INI}query_wait_timeout = 3\n`))), []);
    const early = rulesIn(await chainOf(files(`${INI}query_wait_timeout = 3\n`.replace('= 20', '= 5'))));
    assert.deepEqual(early, ['keep-alive-race pgbouncer.ini:8']);
  });

  it('refuses what a session is started with, or keeps it to itself', async () => {
    const ini = `${INI}query_wait_timeout = 3\n`;
    const messages = async (more: string) =>
      (await chainOf(files(`${ini}${more}`, 'statement_timeout: 3000'))).hazards.map(({ message }) => message);
    assert.match((await messages('')).join(), /refuses connections that send it/);
    assert.match(
      (await messages('ignore_startup_parameters = extra_float_digits, statement_timeout\n')).join(),
      /never reaches/,
    );
  });

  it('takes seconds and nothing else', async () => {
    const { problems, notUnderstood } = await chainOf({
      'pgbouncer.ini': `${INI}query_timeout = 5s\nserver_magic_timeout = 3\n`,
    });
    assert.match(problems[0]?.message ?? '', /query_timeout: "5s" is not a number of seconds/);
    assert.deepEqual(
      notUnderstood.map(({ setting, place }) => `${setting}:${place.line}`),
      ['server_magic_timeout:10'],
    );
  });
});

describe('pgcat', () => {
  it('counts in milliseconds, for each pool', async () => {
    const report = await chainOf({
      'pgcat.toml':
        '[general]\nport = 6432\nconnect_timeout = 4000\n[pools.shop.users.0]\nusername = "app"\nstatement_timeout = 3000\n[pools.shop.shards.0]\nservers = [["db", 5432, "primary"]]\ndatabase = "shop"\n',
      'postgresql.conf': 'idle_in_transaction_session_timeout = 5s\n',
    });
    assert.deepEqual(limitsOf(report, 'acquire'), [4000]);
    assert.deepEqual(limitsOf(report, 'statement'), [3000, 'none']);
    assert.deepEqual(
      report.chains.map((chain) => chain.map(({ name }) => name)),
      [['pgcat shop', 'postgresql']],
    );
  });
});

describe('pools of other libraries', () => {
  it('are read with their own names and defaults', async () => {
    const each = async (imports: string, code: string) => {
      const report = await chainOf({ 'db.ts': program(imports, code) });
      const pool = report.hops.find(({ role }) => role === 'pool');
      return pool?.timeouts.map(({ kind, ms }) => `${kind}=${ms}`).join(' ');
    };
    assert.equal(
      await each(
        "import knex from 'knex';",
        "const db = knex({ client: 'pg', acquireConnectionTimeout: 9000, pool: { min: 0, acquireTimeoutMillis: 3000, idleTimeoutMillis: 20000 } });",
      ),
      'acquire=3000 upstream-keepalive=20000',
    );
    assert.equal(
      await each("import knex from 'knex';", "const db = knex({ client: 'pg', pool: { idleTimeoutMillis: 20000 } });"),
      'acquire=60000 upstream-keepalive=none',
    );
    assert.equal(
      await each(
        "import { TypeOrmModule } from '@nestjs/typeorm';",
        "TypeOrmModule.forRootAsync({ useFactory: () => ({ type: 'postgres', connectTimeoutMS: 2000, extra: { statement_timeout: 8000 } }) });",
      ),
      'statement=8000 acquire=2000 upstream-keepalive=10000',
    );
    assert.equal(
      await each(
        "import { Sequelize } from 'sequelize';",
        "const db = new Sequelize('mysql://u@db/x', { pool: { acquire: 4000, idle: 5000 } });",
      ),
      'acquire=4000 upstream-keepalive=5000',
    );
    assert.equal(
      await each(
        "import { PrismaClient } from './generated/prisma/client.js';",
        "const db = new PrismaClient({ datasourceUrl: 'postgresql://u@db/x?pool_timeout=3&socket_timeout=9' });",
      ),
      'acquire=3000 query=9000',
    );
    assert.equal(
      await each(
        "import { PrismaPg } from '@prisma/adapter-pg';\nimport { PrismaClient } from '@prisma/client';",
        'const db = new PrismaClient({ adapter: new PrismaPg({ connectionTimeoutMillis: 1500 }) });',
      ),
      'acquire=1500 upstream-keepalive=10000',
    );
    assert.equal(
      await each(
        "import postgres from 'postgres';",
        "const sql = postgres('postgres://db/x', { idle_timeout: 20, connect_timeout: 5 });",
      ),
      'connect=5000 upstream-keepalive=20000 acquire=none',
    );
  });
});
