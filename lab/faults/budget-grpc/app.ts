import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = Fastify();

app.get<{ Params: { id: string } }>('/statements/:id', async (request) => {
  const { rows } = await pool.query('SELECT line, cents FROM statement_lines($1)', [request.params.id]);
  return rows;
});

app.get('/', async () => 'statements');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
