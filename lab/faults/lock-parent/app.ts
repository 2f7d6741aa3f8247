import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = Fastify();

app.post<{ Params: { id: string } }>('/orders/:id/notes', async (request) => {
  await pool.query('INSERT INTO order_notes (order_id, body) VALUES ($1, $2)', [request.params.id, 'call back']);
  return { ok: true };
});

// Nobody may change the order while the carrier decides.
app.post<{ Params: { id: string } }>('/orders/:id/ship', async (request) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT id FROM orders WHERE id = $1 FOR UPDATE', [request.params.id]);
    const label = await fetch(`${process.env.CARRIER_URL}/labels`, { method: 'POST' });
    await client.query('UPDATE orders SET shipped = true WHERE id = $1', [request.params.id]);
    await client.query('COMMIT');
    return await label.json();
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.get<{ Params: { id: string } }>('/orders/:id', async (request) => {
  const { rows } = await pool.query('SELECT id, shipped FROM orders WHERE id = $1', [request.params.id]);
  return rows[0];
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
