import { checkStyles } from '../testing/check-styles.ts';

checkStyles('unbounded-query', [
  [
    'mongoose: where it connects, a model of another file',
    `// file: db.js
const mongoose = require('mongoose');
module.exports = () => mongoose.connect(process.env.MONGO_URL, { maxPoolSize: 20 }); // !
// file: user.js
const { Schema, model } = require('mongoose');
const User = model('User', new Schema({ name: String }));
exports.byName = async (name) => User.findOne({ name }).lean();`,
  ],
  [
    'mongoose: limits in the options, in the address, for all queries',
    `import mongoose, { createConnection } from 'mongoose';
await mongoose.connect(process.env.MONGO_URL!, { socketTimeoutMS: 5_000 });
export const other = createConnection('mongodb://a/b?socketTimeoutMS=5000');
export const open = (options: mongoose.ConnectOptions) => mongoose.connect('mongodb://a/b', options);
export const endless = createConnection('mongodb://a/b'); // !`,
  ],
  [
    'mongoose in NestJS',
    `import { MongooseModule } from '@nestjs/mongoose';
@Module({ imports: [MongooseModule.forRoot(process.env.MONGO_URL)] }) // !
export class AppModule {}
@Module({ imports: [MongooseModule.forRoot(process.env.MONGO_URL, { socketTimeoutMS: 4000 })] })
export class OtherModule {}
@Module({ imports: [MongooseModule.forRootAsync({ useFactory: options })] })
export class ThirdModule {}`,
  ],
  [
    'node-redis: a chain, a class, limits',
    `import { createClient } from 'redis';
const client = await createClient({ url: process.env.REDIS_URL }).on('error', console.error).connect(); // !
const bounded = createClient({ socket: { socketTimeout: 2_000, connectTimeout: 900 } });
export class Cache {
  private readonly redis = createClient(); // !
  read = (key: string) => this.redis.hGetAll(key);
}
export const a = (key: string) => client.get(key);
export const b = (key: string) => bounded.get(key);`,
  ],
  [
    'postgres.js: templates, fragments, transactions, startup parameters',
    `import postgres from 'postgres';
const sql = postgres(process.env.DATABASE_URL!, { max: 10 }); // !
const bounded = postgres({ host: 'a', connection: { statement_timeout: 900 } });
export const a = (id: string) => sql\`select * from orders where id = \${id}\`;
export const b = (id: string) => bounded\`select * from orders where id = \${id}\`;
export const c = () => sql.begin(async (tx) => { await tx\`insert into a values (1)\`; });`,
  ],
  [
    'postgres.js: fragments ask nothing by themselves',
    `const postgres = require('postgres');
const sql = postgres();
exports.where = (name) => sql\`and name = \${name}\`;
exports.columns = (names) => sql(names);`,
  ],
  [
    'pg-promise',
    `const pgp = require('pg-promise')({ capSQL: true });
const db = pgp({ connectionString: process.env.DATABASE_URL, max: 5 }); // !
const bounded = pgp({ host: 'a', query_timeout: 900 });
exports.a = (id) => db.oneOrNone('SELECT * FROM a WHERE id = $1', [id]);
exports.b = (id) => bounded.any('SELECT * FROM a WHERE id = $1', [id]);
exports.c = (id) => db.tx(async (t) => t.none('UPDATE a SET b = 1 WHERE id = $1', [id]));`,
  ],
  [
    'mariadb: a pool, a connection of it, a limit per query',
    `import mariadb from 'mariadb';
const pool = mariadb.createPool({ host: process.env.DB_HOST, connectionLimit: 5 }); // !
const bounded = mariadb.createPool({ host: 'a', queryTimeout: Number(process.env.QUERY_TIMEOUT ?? 900) });
export async function a(id: number) {
  const conn = await pool.getConnection();
  try { return await conn.query('SELECT * FROM a WHERE id = ?', [id]); } finally { conn.release(); }
}
export const b = (id: number) => bounded.query('SELECT * FROM a WHERE id = ?', [id]);
export const c = (id: number) => pool.query({ sql: 'SELECT * FROM a WHERE id = ?', timeout: 900 }, [id]);`,
  ],
  [
    'SQL Server: limits of its own, and those that are switched off',
    `import sql from 'mssql';
import { Connection } from 'tedious';
export const a = await sql.connect({ server: 'a', requestTimeout: 0 }); // !
export const b = new sql.ConnectionPool({ server: 'a', options: { encrypt: true } });
export const c = new Connection({ server: 'a', options: { requestTimeout: 0 } }); // !
export const d = new Connection({ server: 'a', options: { requestTimeout: 5_000 } });`,
  ],
  [
    'kafkajs: defaults, switched off, retries without end',
    `import { Kafka } from 'kafkajs';
export const a = new Kafka({ brokers: ['a:9092'], clientId: 'shop' });
export const b = new Kafka({ brokers: ['a:9092'], enforceRequestTimeout: false }); // !
export const c = new Kafka({ brokers: ['a:9092'], retry: { retries: Number.MAX_SAFE_INTEGER } }); // !
export const d = new Kafka({ brokers: ['a:9092'], requestTimeout: 5_000, retry: { retries: 0 } });`,
  ],
  [
    'cursors and streams of pg',
    `import { Pool } from 'pg';
import QueryStream from 'pg-query-stream';
import Cursor from 'pg-cursor';
const pool = new Pool({ connectionTimeoutMillis: 500 }); // !
export async function rows() {
  const client = await pool.connect();
  const stream = client.query(new QueryStream('SELECT * FROM big'));
  stream.on('end', () => client.release());
  return stream;
}
export const cursor = async () => (await pool.connect()).query(new Cursor('SELECT * FROM big'));`,
  ],
  [
    'one finding for a pool, however many files ask it',
    `// file: db.ts
import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL }); // !
export const unused = new Pool();
// file: orders.ts
import { pool } from './db.ts';
export const order = (id: string) => pool.query('SELECT * FROM orders WHERE id = $1', [id]);
export const orders = () => pool.query('SELECT * FROM orders');
// file: users.ts
import { pool } from './db.ts';
export const user = (id: string) => pool.query('SELECT * FROM users WHERE id = $1', [id]);`,
  ],
  [
    'a template of Prisma',
    `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient(); // !
export const a = (id: number) => prisma.$queryRaw\`SELECT * FROM users WHERE id = \${id}\`;`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'models of mongoose, templates of postgres.js',
    `import { model } from 'mongoose';
import postgres from 'postgres';
const Order = model('Order', schema);
const sql = postgres();
export async function load(ids: string[]) {
  const found = [];
  for (const id of ids) found.push(await Order.findById(id).lean()); // !
  for (const id of ids) await sql\`delete from orders where id = \${id}\`; // !
  for (const id of ids) await Order.updateOne({ _id: id }, { seen: true }); // !
  return [found, await Order.find({ _id: { $in: ids } })];
}`,
  ],
  [
    'a model that NestJS injects',
    `import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
export class Cats {
  constructor(@InjectModel(Cat.name) private readonly cats: Model<Cat>) {}
  async load(ids: string[]) {
    for (const id of ids) await this.cats.findById(id).exec(); // !
  }
}`,
  ],
]);

checkStyles('pool-without-acquire-timeout', [
  [
    'pg-promise, mongoose, mariadb',
    `import mariadb from 'mariadb';
import mongoose from 'mongoose';
import pgPromise from 'pg-promise';
const pgp = pgPromise();
export const a = pgp('postgres://a/b'); // !
export const b = pgp({ host: 'a', connectionTimeoutMillis: 500 });
await mongoose.connect('mongodb://a/b', { maxPoolSize: 5 }); // !
await mongoose.connect('mongodb://a/b', { waitQueueTimeoutMS: 500 });
export const c = mariadb.createPool({ host: 'a', acquireTimeout: 0 }); // !
export const d = mariadb.createPool({ host: 'a' });`,
  ],
]);

checkStyles('call-in-transaction', [
  [
    'postgres.js, pg-promise, mongoose',
    `import mongoose from 'mongoose';
import pgPromise from 'pg-promise';
import postgres from 'postgres';
const sql = postgres();
const db = pgPromise()('postgres://a/b');
export const a = () => sql.begin(async (tx) => {
  await tx\`update a set b = 1\`;
  await fetch('https://a.example', { signal: AbortSignal.timeout(5) }); // !
});
export const b = () => db.tx(async (t) => {
  await t.none('UPDATE a SET b = 1');
  await fetch('https://a.example', { signal: AbortSignal.timeout(5) }); // !
});
export async function c() {
  const session = await mongoose.startSession();
  await session.withTransaction(async () => {
    await fetch('https://a.example', { signal: AbortSignal.timeout(5) }); // !
  });
  await session.endSession();
}`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'types that are written out: aliases, interfaces, what is taken out of a parameter',
    `// file: db.ts
import { Knex } from 'knex';
export type Db = Knex;
export interface Stores { readonly db: Db; name: string }
// file: store.ts
import type { Db, Stores } from './db';
export class Toggles {
  private db: Db;
  constructor(db: Db) { this.db = db; }
  async load(ids: string[]) {
    for (const id of ids) await this.db('toggles').where({ id }).first(); // !
  }
}
export async function a({ db, name }: Stores, ids: string[]) {
  for (const id of ids) await db(name).where({ id }).del(); // !
}
export class Service {
  constructor(private readonly stores: Pick<Stores, 'db'> & Stores, private other: { db: Db }) {}
  async load(ids: string[]) {
    for (const id of ids) await this.other.db('a').insert({ id }); // !
    for (const id of ids) await this.stores.db('a').insert({ id }); // !
  }
}`,
  ],
]);
