import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 25 });
const app = Fastify();

let pauseMs = 5;
process.on('message', (settings: { pauseMs: number }) => {
  pauseMs = settings.pauseMs;
});

// Moves what nobody needs any more out of the way, gently: a pause between the batches.
async function archive(): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('LOCK TABLE stock IN SHARE ROW EXCLUSIVE MODE');
    for (let batch = 0; batch < 2; batch++) {
      await client.query('DELETE FROM stock WHERE qty < 0');
      await new Promise((resolve) => setTimeout(resolve, pauseMs / 2));
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
const again = (): void => void archive().finally(() => setTimeout(again, 150));
again();

app.post<{ Params: { id: string } }>('/stock/:id', async (request) => {
  await pool.query('UPDATE stock SET qty = qty + 1 WHERE product_id = $1', [request.params.id]);
  return { ok: true };
});

app.get<{ Params: { id: string } }>('/stock/:id', async (request) => {
  const { rows } = await pool.query('SELECT qty FROM stock WHERE product_id = $1', [request.params.id]);
  return rows[0];
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
