import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = new Hono();

app.post('/members/:id/seen', async (c) => {
  await pool.query('UPDATE members SET seen = now() WHERE id = $1', [c.req.param('id')]);
  return c.json({ ok: true });
});

// The mail provider knows members by their address only.
app.post('/bounces/:email', async (c) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE members SET bounced = true WHERE email = $1', [c.req.param('email')]);
    const answer = await fetch(`${process.env.MAILS_URL}/suppressions`, { method: 'POST' });
    await client.query('COMMIT');
    return c.json(await answer.json());
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.get('/members/:id', async (c) => {
  const { rows } = await pool.query('SELECT id, seen FROM members WHERE id = $1', [c.req.param('id')]);
  return c.json(rows[0]);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
