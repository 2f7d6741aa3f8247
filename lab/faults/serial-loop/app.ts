import Router from '@koa/router';
import Koa from 'koa';

const prices = process.env.PRICES_URL ?? '';
const router = new Router();

router.get('/compare', async (ctx) => {
  const offers: { id: string; cents: number }[] = [];
  for (const id of String(ctx.query.ids ?? '').split(',')) {
    const response = await fetch(`${prices}/prices/${id}`);
    const { cents } = (await response.json()) as { cents: number };
    offers.push({ id, cents });
  }
  ctx.body = offers.sort((a, b) => a.cents - b.cents);
});

router.get('/', (ctx) => {
  ctx.body = 'compare';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
