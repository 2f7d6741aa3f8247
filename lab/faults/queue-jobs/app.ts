import Router from '@koa/router';
import Koa from 'koa';
import PQueue from 'p-queue';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = new Koa();
const router = new Router();

// Writers take turns: the ledger has to stay in order.
const writers = new PQueue({ concurrency: 1 });

let rebuildMs = 5;
process.on('message', (settings: { rebuildMs: number }) => {
  rebuildMs = settings.rebuildMs;
});

async function rebuild(): Promise<void> {
  const { rows } = await pool.query('SELECT id FROM products ORDER BY id LIMIT 20');
  // Gently: a pause between the parts.
  for (const part of [rows.slice(0, 10), rows.slice(10)]) {
    await new Promise((resolve) => setTimeout(resolve, rebuildMs / 2));
    await pool.query('UPDATE products SET cents = cents WHERE id = ANY($1)', [part.map(({ id }) => id)]);
  }
}
const again = (): void => void writers.add(rebuild).finally(() => setTimeout(again, 250));
again();

router.post('/entries/:id', async (ctx) => {
  await writers.add(() => pool.query('UPDATE products SET cents = cents + 1 WHERE id = $1', [ctx.params.id]));
  ctx.body = { ok: true };
});

router.get('/entries/:id', async (ctx) => {
  const { rows } = await pool.query('SELECT cents FROM products WHERE id = $1', [ctx.params.id]);
  ctx.body = rows[0] ?? null;
});

app.use(router.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
