import Fastify from 'fastify';
import pg from 'pg';

const app = Fastify();

app.get<{ Params: { id: string } }>('/tickets/:id', async (request) => {
  // One session per ticket: row security is set for it.
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query("SELECT set_config('app.tenant', $1, false)", [request.params.id]);
    const { rows } = await client.query('SELECT id, title FROM products WHERE id = $1', [request.params.id]);
    return rows[0] ?? null;
  } finally {
    await client.end();
  }
});

app.get('/', async () => 'tickets');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
