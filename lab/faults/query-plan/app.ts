import Router from '@koa/router';
import Koa from 'koa';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 30 });
const router = new Router();

router.get('/reports/sales/:year', async (ctx) => {
  const { rows } = await pool.query('SELECT region, total FROM sales_by_region($1) ORDER BY total', [ctx.params.year]);
  ctx.body = rows;
});

router.get('/regions', async (ctx) => {
  const { rows } = await pool.query('SELECT id, title FROM products WHERE id < 10');
  ctx.body = rows;
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
