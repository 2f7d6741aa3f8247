import Fastify from 'fastify';
import { Pool } from 'pg';

const db = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DB_POOL ?? 10),
});
db.on('error', (error) => console.error(error));

const app = Fastify();

app.get<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
  const { rows } = await db.query('SELECT id, title, cents FROM products WHERE id = $1', [request.params.id]);
  return rows[0] ?? reply.code(404).send({ error: 'not found' });
});

app.get<{ Params: { year: string } }>('/reports/:year', async (request) => {
  const { rows } = await db.query('SELECT month, total FROM yearly_sales($1)', [request.params.year]);
  return rows;
});

app.get('/health', async () => ({ up: true }));

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
