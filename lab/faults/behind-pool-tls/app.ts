import { Agent } from 'node:https';
import axios from 'axios';
import Fastify from 'fastify';
import createKnex from 'knex';

const knex = createKnex({
  client: 'pg',
  connection: process.env.DATABASE_URL ?? '',
  pool: { min: 0, max: Number(process.env.DB_POOL ?? 10) },
});
// The notary's balancer wants a connection per deed.
const notary = axios.create({ baseURL: process.env.NOTARY_URL ?? '', httpsAgent: new Agent({ keepAlive: false }) });
const app = Fastify();

app.post<{ Params: { id: string } }>('/deeds/:id', async (request) => {
  return knex.transaction(async (trx) => {
    await trx('stock')
      .where({ product_id: Number(request.params.id) })
      .decrement('qty', 1);
    const { data } = await notary.put(`/deeds/${request.params.id}`);
    return { status: data.status };
  });
});

app.get<{ Params: { id: string } }>('/parcels/:id', async (request) => {
  return knex('stock')
    .where({ product_id: Number(request.params.id) })
    .first('qty');
});

app.get('/', async () => 'land registry');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
