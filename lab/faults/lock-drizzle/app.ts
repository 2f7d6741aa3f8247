import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import Fastify from 'fastify';
import pg from 'pg';

interface ById {
  readonly Params: { readonly id: string };
}

const stock = pgTable('stock', { productId: integer('product_id').primaryKey(), qty: integer('qty').notNull() });
const db = drizzle(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 }));
const payments = process.env.PAYMENTS_URL ?? '';
const app = Fastify();

app.post<ById>('/checkout/:id', async ({ params }) => {
  return db.transaction(async (tx) => {
    await tx
      .update(stock)
      .set({ qty: sql`${stock.qty} - 1` })
      .where(eq(stock.productId, Number(params.id)));
    const response = await fetch(`${payments}/charges`, { method: 'POST' });
    if (!response.ok) tx.rollback();
    return { paid: true };
  });
});

app.post<ById>('/stock/:id', async ({ params }) => {
  await db
    .update(stock)
    .set({ qty: sql`${stock.qty} + 10` })
    .where(eq(stock.productId, Number(params.id)));
  return { ok: true };
});

app.get<ById>('/stock/:id', async ({ params }) => {
  const [found] = await db
    .select()
    .from(stock)
    .where(eq(stock.productId, Number(params.id)));
  return found ?? null;
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
