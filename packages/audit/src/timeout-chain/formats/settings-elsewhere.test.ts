import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf } from '../testing/chain-of.ts';

/** What the one pool of some files says of its acquire and statement timeout. */
async function pool(files: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const { hops, problems } = await chainOf(files);
  assert.deepEqual(problems, []);
  const [found] = hops.filter(({ role }) => role === 'pool');
  const of = (kind: string) => found?.timeouts.find((timeout) => timeout.kind === kind)?.ms;
  return { acquire: of('acquire'), statement: of('statement') };
}

const PG = "import { Pool } from 'pg';\n";
const BOTH = { acquire: 2000, statement: 5000 };

describe('settings of a pool in another file', () => {
  const cases: Record<string, readonly [files: Record<string, string>, expected: Record<string, unknown>]> = {
    'a part of an object': [
      {
        'src/db.ts': `${PG}import { config } from './config.js';\nexport const pool = new Pool(config.db);`,
        'src/config.ts':
          'export const config = { db: { connectionTimeoutMillis: 2000, statement_timeout: Number(process.env.ST ?? 5000) } } as const;',
      },
      BOTH,
    ],
    'a default export of CommonJS, through an index': [
      {
        'src/db.js': `const { Pool } = require('pg');\nconst config = require('./config');\nmodule.exports = new Pool({ ...config.db, max: 5 });`,
        'src/config/index.js': "module.exports = { db: require('./db') };",
        'src/config/db.js': 'exports.connectionTimeoutMillis = 2e3;\nexports.statement_timeout = 5_000;',
      },
      BOTH,
    ],
    'a spread that is not known hides what it may say': [
      { 'db.ts': `${PG}export const make = (more) => new Pool({ connectionTimeoutMillis: 2000, ...more });` },
      { acquire: 'unknown', statement: 'unknown' },
    ],
    'what is written behind a spread wins': [
      {
        'db.ts': `${PG}const base = { connectionTimeoutMillis: 9, statement_timeout: 5000 };\nexport const make = () => new Pool({ ...base, connectionTimeoutMillis: 2000, ...(tls && { ssl: true }) });`,
      },
      BOTH,
    ],
    zod: [
      {
        'src/db.ts': `${PG}import { env } from '@/env';\nexport const pool = new Pool({ connectionTimeoutMillis: env.ACQUIRE_MS, statement_timeout: env.STATEMENT_MS });`,
        'src/env.ts': `import { z } from 'zod';
const base = z.object({ ACQUIRE_MS: z.coerce.number().int().positive().default(2000) });
const schema = base.extend({ STATEMENT_MS: z.string().transform((it) => Number(it)).default('5000') });
export const env = schema.parse(process.env);`,
      },
      BOTH,
    ],
    'zod, with a value that is set, and a transform that reckons': [
      {
        '.env': 'ACQUIRE_MS=2000\n',
        'db.ts': `${PG}import { z } from 'zod';
const found = z.object({ ACQUIRE_MS: z.coerce.number().default(7), ST: z.string().default('5').transform((s) => Number(s) * 1000) }).safeParse(process.env);
export const pool = new Pool({ connectionTimeoutMillis: found.data.ACQUIRE_MS, statement_timeout: found.data.ST });`,
      },
      { acquire: 2000, statement: 'unknown' },
    ],
    envalid: [
      {
        'db.ts': `${PG}import env from './env.ts';\nexport const pool = new Pool({ connectionTimeoutMillis: env.ACQUIRE, statement_timeout: env.ST });`,
        'env.ts':
          "import { cleanEnv, num } from 'envalid';\nexport default cleanEnv(process.env, { ACQUIRE: num({ default: 2000 }), ST: num({ default: 5000, desc: 'x' }) });",
      },
      BOTH,
    ],
    convict: [
      {
        'db.js': `const pg = require('pg');\nconst config = require('./config');\nmodule.exports = new pg.Pool({ connectionTimeoutMillis: config.get('db.acquire'), statement_timeout: config.get('db').statement });`,
        'config.js':
          "const convict = require('convict');\nconst config = convict({ db: { acquire: { doc: 'a', format: 'nat', default: 2000, env: 'ACQUIRE' }, statement: { default: 5000 } } });\nconfig.validate();\nmodule.exports = config;",
      },
      BOTH,
    ],
    'convict, with files that are loaded': [
      {
        'db.js': `const pg = require('pg');\nconst config = require('./config');\nmodule.exports = new pg.Pool({ connectionTimeoutMillis: config.get('acquire') });`,
        'config.js':
          "const convict = require('convict');\nconst config = convict({ acquire: { default: 2000 } });\nconfig.loadFile('./' + env + '.json');\nmodule.exports = config;",
      },
      { acquire: 'unknown', statement: undefined },
    ],
    'a class of settings': [
      {
        'db.ts': `${PG}import { settings, Limits, Times } from './settings.ts';\nexport const pool = new Pool({ connectionTimeoutMillis: settings.acquire, statement_timeout: Limits.statement, lock_timeout: Times.Lock });`,
        'settings.ts':
          'class Settings { readonly acquire: number; constructor() { this.acquire = Number(process.env.ACQUIRE) || 2000; } }\nexport const settings = new Settings();\nexport class Limits { static get statement() { return 5 * 1000; } }\nexport enum Times { Lock = 3 }',
      },
      BOTH,
    ],
    'what a function gives, and what is exported again': [
      {
        'db.ts': `${PG}import * as config from './config/index.ts';\nexport const pool = new Pool(config.database());`,
        'config/index.ts': "export * from './database.ts';",
        'config/database.ts':
          'const SECOND = 1000;\nexport function database() { return { connectionTimeoutMillis: 2 * SECOND, statement_timeout: 5 * SECOND }; }',
      },
      BOTH,
    ],
    JSON: [
      {
        'db.ts': `${PG}import config from './config.json' with { type: 'json' };\nexport const pool = new Pool(config.db);`,
        'config.json': '{ "db": { "connectionTimeoutMillis": 2000, "statement_timeout": 5000 } }',
      },
      BOTH,
    ],
  };
  for (const [name, [files, expected]] of Object.entries(cases))
    it(name, async () => assert.deepEqual(await pool(files), expected));

  it('has its place where the value is written', async () => {
    const { hops } = await chainOf({
      'db.ts': `${PG}import { db } from './config.ts';\nexport const pool = new Pool(db);`,
      'config.ts': '\nexport const db = { connectionTimeoutMillis: 2000 };',
    });
    const [acquire] = hops.flatMap(({ timeouts }) => timeouts.filter(({ kind }) => kind === 'acquire'));
    assert.deepEqual([acquire?.place.file, acquire?.place.line, acquire?.ms], ['config.ts', 2, 2000]);
  });
});

describe('settings that NestJS hands out', () => {
  const module = (expression: string) => `import { TypeOrmModule } from '@nestjs/typeorm';
import { ConfigService } from '@nestjs/config';
export const database = TypeOrmModule.forRootAsync({
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({ type: 'postgres', extra: ${expression} }),
});`;

  it('come from a namespace, a factory, a variable, or the second argument', async () => {
    const get =
      '{ connectionTimeoutMillis: config.get<number>("database.acquire"), statement_timeout: config.getOrThrow("database.statement") }';
    const factory = '() => ({ acquire: parseInt(process.env.ACQUIRE ?? "2000", 10), statement: 5000 })';
    assert.deepEqual(
      await pool({
        'app.ts': module(get),
        'database.config.ts': `import { registerAs } from '@nestjs/config';\nexport default registerAs('database', ${factory});`,
      }),
      BOTH,
    );
    assert.deepEqual(
      await pool({
        'app.ts': module(get),
        'configuration.ts': `export default () => ({ database: { acquire: 2000, statement: 5000 } });`,
        'root.ts': `import { ConfigModule } from '@nestjs/config';\nimport configuration from './configuration';\nConfigModule.forRoot({ isGlobal: true, load: [configuration] });`,
      }),
      BOTH,
    );
    const variables =
      '{ connectionTimeoutMillis: config.get("ACQUIRE"), statement_timeout: config.get("STATEMENT", 5000) }';
    assert.deepEqual(await pool({ '.env': 'ACQUIRE=2000\n', 'app.ts': module(variables) }), BOTH);
    assert.deepEqual(await pool({ 'app.ts': module(variables) }), { acquire: 'unknown', statement: 5000 });
    assert.deepEqual(await pool({ 'app.ts': module('config.get("database")') }), {
      acquire: 'unknown',
      statement: 'unknown',
    });
  });

  it('come by the type of what is injected', async () => {
    assert.deepEqual(
      await pool({
        'db.ts': `${PG}import type { ConfigType } from '@nestjs/config';
import { Inject } from '@nestjs/common';
import databaseConfig from './database.config';
export class Db {
  readonly pool: Pool;
  constructor(@Inject(databaseConfig.KEY) private readonly db: ConfigType<typeof databaseConfig>) {
    this.pool = new Pool({ connectionTimeoutMillis: this.db.acquire, statement_timeout: this.db.statement });
  }
}`,
        'database.config.ts': `import { registerAs } from '@nestjs/config';\nexport default registerAs('database', () => ({ acquire: 2000, statement: 5000 }));`,
      }),
      BOTH,
    );
  });
});

describe('addresses that hold the settings', () => {
  const client =
    "import { PrismaClient } from '@prisma/client';\nexport const db = new PrismaClient({ log: ['warn'] });\n";
  const schema =
    'generator client { provider = "prisma-client-js" }\ndatasource db {\n  provider = "postgresql"\n  url      = env("SHOP_URL")\n}\n';

  it("are those of Prisma's schema", async () => {
    const url =
      'SHOP_URL="postgresql://app@db/shop?connection_limit=5&pool_timeout=2&connect_timeout=3&statement_timeout=5000"\n';
    assert.deepEqual(await pool({ 'src/db.ts': client, 'prisma/schema.prisma': schema, '.env': url }), BOTH);
    const unknown = { acquire: 'unknown', statement: 'unknown' };
    assert.deepEqual(await pool({ 'src/db.ts': client, 'prisma/schema.prisma': schema }), unknown);
    assert.deepEqual(await pool({ 'src/db.ts': client }), unknown);
  });

  it('may be an option or a parameter for MongoDB', async () => {
    const connect = (rest: string) => ({
      'db.js': `import mongoose from 'mongoose';\nawait mongoose.connect('mongodb://db/shop${rest}`,
    });
    assert.deepEqual((await pool(connect("', { waitQueueTimeoutMS: 2000 });"))).acquire, 2000);
    assert.deepEqual((await pool(connect("?waitQueueTimeoutMS=2000');"))).acquire, 2000);
    assert.deepEqual((await pool(connect("');"))).acquire, 'none');
  });
});

describe('settings by stage', () => {
  it('are those of the stage that is known', async () => {
    const files = {
      'db.js':
        "const knex = require('knex');\nconst config = require('./knexfile');\nmodule.exports = knex(config[process.env.NODE_ENV || 'development']);",
      'knexfile.js':
        "const base = { client: 'pg', connection: { statement_timeout: 5000 } };\nmodule.exports = { development: { ...base, acquireConnectionTimeout: 9 }, production: { ...base, acquireConnectionTimeout: 2000 } };",
    };
    assert.deepEqual(await pool({ ...files, '.env': 'NODE_ENV=production\n' }), BOTH);
    assert.deepEqual(await pool(files), { acquire: 'unknown', statement: 'unknown' });
  });
});
