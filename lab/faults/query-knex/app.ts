import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import createKnex from 'knex';

const knex = createKnex({ client: 'pg', connection: process.env.DATABASE_URL ?? '', pool: { min: 0, max: 30 } });
const app = new Hono();

app.get('/timeline/:user', async (c) => {
  const user = Number(c.req.param('user'));
  const entry = await knex.transaction(async (trx) => {
    await trx('visits').insert({ user_id: user });
    return trx
      .select('id', 'text')
      .from(trx.raw('timeline_of(?)', [user]))
      .limit(10);
  });
  return c.json(entry);
});

app.get('/', (c) => c.text('timeline'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
