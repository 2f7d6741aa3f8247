import Router from '@koa/router';
import got from 'got';
import Koa from 'koa';

const rates = process.env.RATES_URL ?? '';
const risk = process.env.RISK_URL ?? '';
const router = new Router();

router.get('/offer/:id', async (ctx) => {
  const { rate } = await got(`${rates}/rates/${ctx.params.id}`).json<{ rate: number }>();
  // The risk depends on the rate.
  const { status } = await got(`${risk}/scores/${ctx.params.id}?rate=${rate}`).json<{ status: string }>();
  ctx.body = { rate, status };
});

router.get('/', (ctx) => {
  ctx.body = 'offers';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
