import Fastify from 'fastify';
import createKnex from 'knex';

const knex = createKnex({ client: 'pg', connection: process.env.DATABASE_URL ?? '', pool: { min: 0, max: 10 } });
const app = Fastify();

interface Line {
  readonly product: number;
  readonly qty: number;
}

app.post<{ Body: { lines: readonly Line[] } }>('/deliveries', async (request) => {
  await knex.transaction(async (trx) => {
    for (const { product, qty } of request.body.lines) {
      await trx('stock').where({ product_id: product }).increment('qty', qty);
    }
  });
  return { booked: request.body.lines.length };
});

app.get<{ Params: { id: string } }>('/stock/:id', async (request) => {
  return knex('stock')
    .where({ product_id: Number(request.params.id) })
    .first('qty');
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
