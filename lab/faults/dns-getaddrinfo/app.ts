import { Agent } from 'node:http';
import Router from '@koa/router';
import axios from 'axios';
import Koa from 'koa';

const weather = axios.create({ baseURL: process.env.WEATHER_URL ?? '', httpAgent: new Agent({ keepAlive: false }) });
const router = new Router();

router.get('/forecast/:city', async (ctx) => {
  const { data } = await weather.get(`/cities/${ctx.params.city}`);
  ctx.body = { days: data.days };
});

router.get('/', (ctx) => {
  ctx.body = 'weather';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
