import Router from '@koa/router';
import axios from 'axios';
import Koa from 'koa';

const ledger = axios.create({ baseURL: process.env.LEDGER_URL ?? '', timeout: 10_000 });
const router = new Router();

router.get('/statements/:account', async (ctx) => {
  const { account } = ctx.params;
  // A whole year is added up from its entries.
  const path = ctx.query.year === undefined ? `/months/${account}` : `/years/${account}`;
  try {
    const { data } = await ledger.get(path);
    ctx.body = { cents: data.cents };
  } catch {
    ctx.body = { pending: true };
  }
});

router.get('/', (ctx) => {
  ctx.body = 'statements';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
