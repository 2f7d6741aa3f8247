import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DB_POOL ?? 10),
  connectionTimeoutMillis: 4_000,
});
const app = Fastify();

async function nextNumber(): Promise<number> {
  const { rows } = await pool.query("SELECT nextval('order_numbers') AS number");
  return rows[0].number;
}

app.post('/orders', async (_request, reply) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Numbers have to be taken whether or not the order goes through.
    const number = await nextNumber();
    await client.query('INSERT INTO orders (number) VALUES ($1)', [number]);
    await client.query('COMMIT');
    return { number };
  } catch (error) {
    await client.query('ROLLBACK');
    return reply.code(503).send({ error: String(error) });
  } finally {
    client.release();
  }
});

app.get('/orders/count', async () => {
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM orders');
  return rows[0];
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
