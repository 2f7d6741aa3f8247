import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const shippers = process.env.SHIPPERS_URL ?? '';
const app = Fastify();

app.post('/quotes', async (_request, reply) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query('INSERT INTO quotes (cents) VALUES ($1) RETURNING id', [990]);
    const response = await fetch(`${shippers}/rates`);
    await response.json();
    await client.query('COMMIT');
    return reply.code(201).send({ id: rows[0].id });
  } finally {
    client.release();
  }
});

app.get<{ Params: { id: string } }>('/quotes/:id', async (request) => {
  const { rows } = await pool.query('SELECT id, cents FROM quotes WHERE id = $1', [request.params.id]);
  return rows[0] ?? {};
});

app.get('/health', async () => ({ up: true }));

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
