import { Agent } from 'node:https';
import Router from '@koa/router';
import axios from 'axios';
import Koa from 'koa';

const bank = axios.create({ baseURL: process.env.BANK_URL ?? '', httpsAgent: new Agent({ keepAlive: false }) });
const router = new Router();

router.get('/balance/:account', async (ctx) => {
  const { data } = await bank.get(`/accounts/${ctx.params.account}`);
  ctx.body = { cents: data.cents };
});

router.get('/', (ctx) => {
  ctx.body = 'bank';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
