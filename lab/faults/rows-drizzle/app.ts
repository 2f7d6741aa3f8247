import { serve } from '@hono/node-server';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { Hono } from 'hono';
import pg from 'pg';

const products = pgTable('products', {
  id: integer('id').primaryKey(),
  title: text('title').notNull(),
  cents: integer('cents').notNull(),
});
const wishes = pgTable('wishes', { listId: integer('list_id'), productId: integer('product_id').notNull() });

const db = drizzle(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 }));
const app = new Hono();

async function findProduct(id: number) {
  const [product] = await db.select().from(products).where(eq(products.id, id)).limit(1);
  return product ?? null;
}

app.get('/lists/:id', async (c) => {
  const list = await db
    .select()
    .from(wishes)
    .where(eq(wishes.listId, Number(c.req.param('id'))));
  const found: unknown[] = [];
  for (const { productId } of list) found.push(await findProduct(productId));
  return c.json(found);
});

app.get('/products/:id', async (c) => c.json(await findProduct(Number(c.req.param('id')))));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
