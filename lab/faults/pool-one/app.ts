import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';

// One connection: the free plan of the database allows no more.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const app = new Hono();

app.get('/notes/:id', async (c) => {
  const { rows } = await pool.query('SELECT id, title FROM products WHERE id = $1', [c.req.param('id')]);
  return c.json(rows[0] ?? null);
});

app.get('/search', async (c) => {
  const { rows } = await pool.query('SELECT id FROM search_notes($1)', [c.req.query('q') ?? '']);
  return c.json(rows);
});

app.get('/', (c) => c.text('notes'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
