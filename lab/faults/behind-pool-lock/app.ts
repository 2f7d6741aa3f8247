import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const approvals = process.env.APPROVALS_URL ?? '';
const app = Fastify();

app.post<{ Params: { id: string } }>('/approve/:id', async (request) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT qty FROM stock WHERE product_id = $1 FOR UPDATE', [request.params.id]);
    await fetch(`${approvals}/approvals/${request.params.id}`, { method: 'POST' });
    await client.query('COMMIT');
    return { ok: true };
  } finally {
    client.release();
  }
});

app.post<{ Params: { id: string } }>('/reserve/:id', async (request) => {
  await pool.query('UPDATE stock SET qty = qty - 1 WHERE product_id = $1', [request.params.id]);
  return { ok: true };
});

app.get('/totals', async () => {
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM stock');
  return rows[0];
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
