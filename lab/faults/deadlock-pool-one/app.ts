import Router from '@koa/router';
import Koa from 'koa';
import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DB_POOL ?? 2),
  connectionTimeoutMillis: 3_000,
});
const router = new Router();

async function audit(what: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('INSERT INTO audit (what) VALUES ($1)', [what]);
  } finally {
    client.release();
  }
}

router.put('/settings/:key', async (ctx) => {
  const client = await pool.connect();
  try {
    await client.query('UPDATE settings SET changed = now() WHERE key = $1', [ctx.params.key]);
    await audit(`changed ${ctx.params.key}`);
    ctx.body = { ok: true };
  } catch (error) {
    ctx.status = 503;
    ctx.body = { error: String(error) };
  } finally {
    client.release();
  }
});

router.get('/', (ctx) => {
  ctx.body = 'settings';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
