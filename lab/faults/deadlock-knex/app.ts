import Router from '@koa/router';
import createKnex from 'knex';
import Koa from 'koa';

const knex = createKnex({
  client: 'pg',
  connection: process.env.DATABASE_URL ?? '',
  pool: { min: 0, max: Number(process.env.DB_POOL ?? 10) },
  acquireConnectionTimeout: 4_000,
});
const app = new Koa();
const router = new Router();

async function audit(text: string): Promise<void> {
  // Written whether or not the transfer goes through.
  await knex('audits').insert({ text });
}

router.post('/transfers', async (ctx) => {
  await knex.transaction(async (trx) => {
    await trx('transfers').insert({ cents: 100 });
    await audit('transfer');
  });
  ctx.body = { ok: true };
});

router.get('/transfers/count', async (ctx) => {
  ctx.body = await knex('transfers').count('* as count').first();
});

app.on('error', () => {});
app.use(router.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
