import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const app = new Hono();

app.get('/orders/:id', async (c) => {
  const client = await pool.connect();
  const found = await client.query('SELECT id, title FROM products WHERE id = $1', [c.req.param('id')]);
  if (found.rowCount === 0) return c.json({ error: 'unknown order' }, 404);
  const price = await client.query('SELECT cents FROM products WHERE id = $1', [c.req.param('id')]);
  client.release();
  return c.json({ ...found.rows[0], ...price.rows[0] });
});

app.get('/titles', async (c) => {
  const { rows } = await pool.query('SELECT title FROM products ORDER BY id LIMIT 10');
  return c.json(rows.map((row) => row.title));
});

app.get('/ping', (c) => c.text('pong'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
