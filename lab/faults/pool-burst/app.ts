import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const app = Fastify();

app.get<{ Params: { id: string } }>('/seats/:id', async (request) => {
  const { rows } = await pool.query('SELECT seat, taken FROM seats_of($1)', [request.params.id]);
  return rows;
});

app.get('/shows', async () => ['Hamlet', 'Faust']);

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
