import { checkStyles } from '../testing/check-styles.ts';

checkStyles('unbounded-query', [
  [
    'a pool in a class, with and without a limit',
    `import { Pool } from 'pg';
export class Orders {
  private readonly pool: Pool;
  constructor() {
    this.pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 }); // !
  }
  byId = async (id: string) => (await this.pool.query('SELECT * FROM orders WHERE id = $1', [id])).rows[0];
}
const bounded = new Pool({ query_timeout: 500 });
export const count = () => bounded.query('SELECT count(*) FROM orders');`,
  ],
  [
    'mongodb: collections of another file, of a type, with a limit in the chain',
    `// file: mongo.js
const { MongoClient } = require('mongodb');
const client = new MongoClient(process.env.MONGO_URL, { waitQueueTimeoutMS: 500 }); // !
const db = client.db('shop');
module.exports = { orders: db.collection('orders') };
// file: app.js
const { orders } = require('./mongo');
exports.load = async (id) => orders.findOne({ id });
exports.list = async (day) => orders.find({ day }).maxTimeMS(500).toArray();
exports.sum = async (day) => orders.aggregate([{ $match: { day } }], { maxTimeMS: 500 }).toArray();`,
  ],
  [
    'ioredis',
    `import Redis from 'ioredis';
const redis = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null }); // !
const bounded = new Redis({ commandTimeout: 500 });
export const a = (key: string) => redis.get(key);
export const b = (key: string) => bounded.get(key);
export const c = async (key: string) => { const all = await redis.hgetall(key); return all; };`,
  ],
  [
    'knex: the builder, a transaction, a limit in the chain',
    `import knex from 'knex';
const db = knex({ client: 'pg', connection: process.env.DATABASE_URL }); // !
export const a = (id: number) => db('orders').where({ id }).first();
export const b = (id: number) => db('orders').where({ id }).first().timeout(500, { cancel: true });
export const c = (id: number) => db.transaction(async (trx) => {
  await trx('orders').where({ id }).del();
});`,
  ],
  [
    'Drizzle over a pool, and over an address',
    `import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import { users } from './schema';
const bounded = drizzle(new Pool({ statement_timeout: 500 }));
const db = drizzle({ connection: { connectionString: process.env.DATABASE_URL }, schema: {} }); // !
export const a = () => bounded.select().from(users);
export const b = () => db.select().from(users);`,
  ],
  [
    'Prisma with adapters',
    `import { PrismaClient } from '@prisma/client';
import { PrismaPg } from '@prisma/adapter-pg';
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL, statement_timeout: 900 });
const bounded = new PrismaClient({ adapter });
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) }); // !
export const a = (id: number) => bounded.user.findUnique({ where: { id } });
export const b = (id: number) => prisma.user.findUnique({ where: { id } });`,
  ],
  [
    'TypeORM: its own setting only logs',
    `import { DataSource } from 'typeorm';
import { User } from './user';
const source = new DataSource({ type: 'postgres', maxQueryExecutionTime: 500 }); // !
const bounded = new DataSource({ type: 'postgres', extra: { statement_timeout: 500 } });
export const a = (id: string) => source.getRepository(User).findOneBy({ id });
export const b = (id: string) => bounded.getRepository(User).findOneBy({ id });
export const c = (id: string) => source.query('SELECT $1', [id]);`,
  ],
  [
    'Sequelize: models that are defined, and models that are classes',
    `const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL, { dialect: 'postgres' }); // !
const User = sequelize.define('User', { name: DataTypes.STRING });
exports.load = (id) => User.findByPk(id);
const bounded = new Sequelize(process.env.DATABASE_URL, { dialectOptions: { statement_timeout: 500 } });
const Order = bounded.define('Order', {});
exports.order = (id) => Order.findByPk(id);`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'knex builders awaited, in and out of a transaction',
    `import createKnex from 'knex';
const knex = createKnex({ client: 'pg', acquireConnectionTimeout: 500 });
export async function book(lines: Line[]) {
  await knex.transaction(async (trx) => {
    for (const { product, qty } of lines) {
      await trx('stock').where({ product_id: product }).increment('qty', qty); // !
    }
  });
  for (const line of lines) await knex('lines').insert(line).onConflict('id').ignore(); // !
  await knex.batchInsert('lines', lines);
}`,
  ],
  [
    'a repository that is injected',
    `import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
export class Users {
  constructor(@InjectRepository(User) private users: Repository<User>) {}
  async load(ids: string[]) {
    const found: User[] = [];
    for (const id of ids) {
      const user = await this.users.findOne({ where: { id } }); // !
      if (user) found.push(user);
    }
    return found;
  }
  all = (ids: string[]) => this.users.findBy({ id: In(ids) });
}`,
  ],
  [
    'counted loops, forEach and map',
    `import { Pool } from 'pg';
const pool = new Pool({ connectionTimeoutMillis: 5, statement_timeout: 5 });
export async function a(ids: string[]) {
  for (let i = 0; i < ids.length; i++) {
    await pool.query('SELECT * FROM t WHERE id = $1', [ids[i]]); // !
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    try { return await pool.query('SELECT now() AS t'); } catch { /* again */ }
  }
}
export const b = (ids: string[]) => Promise.all(ids.map((id) => pool.query('SELECT * FROM t WHERE id = $1', [id])));`,
  ],
  [
    'Prisma, in a helper of the file',
    `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const load = async (id: string) => prisma.order.findUnique({ where: { id } });
export async function all(ids: string[]) {
  const orders = [];
  for (const id of ids) orders.push(await load(id)); // !
  for (const part of chunk(ids, 500)) await prisma.order.findMany({ where: { id: { in: part } } });
  return orders;
}`,
  ],
  [
    'Drizzle and Sequelize',
    `import { drizzle } from 'drizzle-orm/node-postgres';
import { Sequelize } from 'sequelize';
const db = drizzle(process.env.DATABASE_URL!);
const sequelize = new Sequelize('postgres://a/b');
const Item = sequelize.define('item', {});
export async function save(rows: Row[]) {
  for (const row of rows) await db.insert(items).values(row).returning(); // !
  for (const row of rows) {
    const [item] = await Item.findOrCreate({ where: { id: row.id } }); // !
    console.log(item);
  }
  await db.insert(items).values(rows);
  await Item.bulkCreate(rows);
}`,
  ],
]);

checkStyles('pool-without-acquire-timeout', [
  [
    'pg, in CommonJS, in a class, in a function',
    `const { Pool } = require('pg');
const pool = new Pool(); // !
exports.make = (url) => new Pool({ connectionString: url, max: 4 }); // !
exports.bounded = (url) => new Pool({ connectionString: url, connectionTimeoutMillis: 500 });
exports.open = (config) => new Pool({ max: 4, ...config });
module.exports.pool = pool;`,
  ],
  [
    'the adapter of Prisma, and an address that switches the limit off',
    `import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL }); // !
const bounded = new PrismaPg({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 500 });
export const a = new PrismaClient({ adapter });
export const b = new PrismaClient({ datasources: { db: { url: 'postgres://a/b?pool_timeout=0' } } }); // !
export const c = new PrismaClient({ datasourceUrl: 'postgres://a/b?pool_timeout=5' });`,
  ],
  [
    'TypeORM and its module for NestJS',
    `import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
export const a = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL }); // !
export const b = new DataSource({ type: 'postgres', extra: { connectionTimeoutMillis: 500 } });
export const c = new DataSource({ type: 'sqlite', database: 'a.db' });
export const d = TypeOrmModule.forRoot({ type: 'postgres', autoLoadEntities: true }); // !
export const e = TypeOrmModule.forRoot({ type: 'postgres', connectTimeoutMS: 500 });`,
  ],
  [
    'mongodb, mysql2, Sequelize, knex',
    `import knex from 'knex';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { Sequelize } from 'sequelize';
export const a = new MongoClient(process.env.MONGO_URL!); // !
export const b = new MongoClient('mongodb://a/?waitQueueTimeoutMS=500');
export const c = mysql.createPool({ uri: process.env.MYSQL_URL, connectionLimit: 5 }); // !
export const d = mysql.createPool({ uri: process.env.MYSQL_URL, waitForConnections: false });
export const e = new Sequelize('postgres://a/b', { pool: { max: 5, acquire: 0 } }); // !
export const f = new Sequelize('postgres://a/b', { pool: { max: 5, acquire: 900 } });
export const g = knex({ client: 'pg', acquireConnectionTimeout: 0 }); // !`,
  ],
]);
