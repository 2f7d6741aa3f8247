import Fastify from 'fastify';
import createKnex from 'knex';

const knex = createKnex({
  client: 'pg',
  connection: process.env.DATABASE_URL ?? '',
  pool: { min: 0, max: Number(process.env.DB_POOL ?? 10) },
});
const app = Fastify();

app.get<{ Params: { id: string } }>('/articles/:id', async (request) => {
  return knex('products')
    .where({ id: Number(request.params.id) })
    .first('id', 'title');
});

app.get<{ Params: { year: string } }>('/archive/:year', async (request) => {
  return knex.select('month').from(knex.raw('articles_of(?)', [Number(request.params.year)]));
});

app.get('/', async () => 'articles');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
