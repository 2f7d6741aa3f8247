import Router from '@koa/router';
import got from 'got';
import Koa from 'koa';

const sources = {
  profile: process.env.PROFILE_URL ?? '',
  orders: process.env.ORDERS_URL ?? '',
  reviews: process.env.REVIEWS_URL ?? '',
};

const router = new Router();

router.get('/dashboard/:user', async (ctx) => {
  const { user } = ctx.params;
  const [profile, orders, reviews] = await Promise.all([
    got(`${sources.profile}/users/${user}`).json(),
    got(`${sources.orders}/orders?user=${user}`).json(),
    got(`${sources.reviews}/reviews?user=${user}`).json(),
  ]);
  ctx.body = { profile, orders, reviews };
});

router.get('/profile/:user', async (ctx) => {
  ctx.body = await got(`${sources.profile}/users/${ctx.params.user}`).json();
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
