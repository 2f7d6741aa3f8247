import Router from '@koa/router';
import axios from 'axios';
import Koa from 'koa';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const payments = axios.create({ baseURL: process.env.PAYMENTS_URL ?? '' });
const router = new Router();

// Takes the goods out of stock and the money from the card, or neither.
router.post('/checkout/:product', async (ctx) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE stock SET qty = qty - 1 WHERE product_id = $1', [ctx.params.product]);
    const { data } = await payments.post('/charges', { product: ctx.params.product });
    await client.query('COMMIT');
    ctx.body = { receipt: data.id };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

router.post('/stock/:product', async (ctx) => {
  await pool.query('UPDATE stock SET qty = qty + 10 WHERE product_id = $1', [ctx.params.product]);
  ctx.body = { ok: true };
});

router.get('/stock/:product', async (ctx) => {
  const { rows } = await pool.query('SELECT qty FROM stock WHERE product_id = $1', [ctx.params.product]);
  ctx.body = rows[0];
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
