import { checkStyles } from '../testing/check-styles.ts';

const POOL =
  "import { Pool } from 'pg';\nconst pool = new Pool({ connectionTimeoutMillis: 500, statement_timeout: 900 });\n";

checkStyles('leaked-connection', [
  [
    'a transaction whose failure keeps the connection',
    `${POOL}export async function pay(order: Order) {
  const client = await pool.connect(); // !
  try {
    await client.query('BEGIN');
    await client.query('UPDATE orders SET paid = true WHERE id = $1', [order.id]);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}`,
  ],
  [
    'helpers that end the transaction and give it back',
    `import { commit, rollback } from 'a-query-builder';
${POOL}export async function pay(id: string) {
  const connection = await pool.connect();
  try {
    await connection.query('UPDATE orders SET paid = true WHERE id = $1', [id]);
    await commit(connection);
  } catch (error) {
    await rollback(connection);
    throw error;
  }
}`,
  ],
  [
    'helpers with a finally, and what they are given',
    `${POOL}export async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
export const load = (id: string) => withClient((client) => client.query('SELECT $1', [id]));`,
  ],
  [
    'using',
    `${POOL}export async function load(id: string) {
  const client = await pool.connect();
  await using _ = { [Symbol.asyncDispose]: async () => client.release() };
  return client.query('SELECT $1', [id]);
}`,
  ],
  [
    'mysql2 in CommonJS, an early return in a switch',
    `const mysql = require('mysql2/promise');
const pool = mysql.createPool({ queueLimit: 5 });
exports.load = async (kind) => {
  const connection = await pool.getConnection(); // !
  switch (kind) {
    case 'none':
      return [];
    default: {
      const [rows] = await connection.query('SELECT 1 AS a');
      connection.release();
      return rows;
    }
  }
};
exports.stream = async () => {
  const connection = await pool.getConnection();
  return connection;
};`,
  ],
  [
    'a class with a pool of its own, a query runner of TypeORM',
    `import { DataSource } from 'typeorm';
export class Jobs {
  constructor(private readonly source: DataSource) {}
  async run() {
    const runner = this.source.createQueryRunner(); // !
    await runner.connect();
    await runner.query('SELECT 1 AS a');
    await runner.release();
  }
  async safe() {
    const runner = this.source.createQueryRunner();
    try {
      await runner.query('SELECT 1 AS a');
    } finally {
      await runner.release();
    }
  }
}`,
  ],
]);

checkStyles('nested-checkout', [
  [
    'a helper asks the pool while a transaction is open',
    `${POOL}const audit = (text: string) => pool.query('INSERT INTO audit (text) VALUES ($1)', [text]);
export async function pay(id: string) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await audit(id); // !
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  await audit('done');
}`,
  ],
  [
    'Prisma: the client instead of the transaction',
    `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export const pay = (id: string) =>
  prisma.$transaction(async (tx) => {
    await tx.order.update({ where: { id }, data: { paid: true } });
    await prisma.log.create({ data: { id } }); // !
  });
export const batch = (id: string) => prisma.$transaction([prisma.order.delete({ where: { id } })]);`,
  ],
  [
    'a transaction of knex that has the name of its pool',
    `import createKnex from 'knex';
const knex = createKnex({ client: 'pg' });
export const pay = (id: string) => knex.transaction(async (knex) => knex('orders').where({ id }).update({ paid: true }));
export const wrong = (id: string) => knex.transaction(async (trx) => {
  await trx('orders').where({ id });
  await knex('log').insert({ id }); // !
});`,
  ],
]);

checkStyles('call-in-transaction', [
  [
    'a charge between BEGIN and COMMIT, and after it',
    `${POOL}export async function pay(order: Order) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const answer = await fetch('https://pay.example', { method: 'POST', signal: AbortSignal.timeout(900) }); // !
    await client.query('UPDATE orders SET charge = $1', [await answer.text()]);
    await client.query('COMMIT');
    await fetch('https://mail.example', { method: 'POST', signal: AbortSignal.timeout(900) });
  } finally {
    client.release();
  }
}`,
  ],
  [
    'a client of another file, in a transaction of Drizzle',
    `// file: mail.ts
import axios from 'axios';
export const mail = axios.create({ baseURL: 'https://mail.example', timeout: 500 });
// file: app.ts
import { drizzle } from 'drizzle-orm/node-postgres';
import { mail } from './mail';
const db = drizzle(process.env.DATABASE_URL!);
export async function pay(id: string) {
  await db.transaction(async (tx) => {
    await tx.insert(orders).values({ id });
    await mail.post('/send', { id }); // !
  });
  await mail.post('/done', { id });
}`,
  ],
  [
    'a service with its transaction, and a call in a helper',
    `import axios from 'axios';
import { DataSource } from 'typeorm';
export class Payments {
  constructor(private readonly source: DataSource) {}
  async charge(id: string) {
    return axios.post('https://pay.example', { id }, { timeout: 500 });
  }
  pay(id: string) {
    return this.source.transaction(async (manager) => {
      await manager.save(Order, { id });
      await this.charge(id); // !
    });
  }
}`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'streams, batches and lists that are written out',
    `${POOL}export async function run(rows: AsyncIterable<Row>, all: Row[]) {
  for await (const row of rows) await pool.query('INSERT INTO t VALUES ($1)', [row.id]);
  for (const table of ['a', 'b']) await pool.query('ANALYZE ' + table);
  for (let at = 0; at < all.length; at += 500) await pool.query('INSERT INTO t SELECT * FROM unnest($1)', [all.slice(at, at + 500)]);
}`,
  ],
]);
