import Router from '@koa/router';
import Koa from 'koa';
import pg from 'pg';

interface Point {
  readonly x: number;
  readonly y: number;
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const router = new Router();

function nearestPairs(points: readonly Point[]): number {
  let total = 0;
  for (const a of points) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const b of points) if (a !== b) nearest = Math.min(nearest, Math.hypot(a.x - b.x, a.y - b.y));
    total += nearest;
  }
  return total;
}

router.get('/maps/:size', async (ctx) => {
  const { rows } = await pool.query<Point>('SELECT x, y FROM points ORDER BY id LIMIT $1', [ctx.params.size]);
  ctx.body = { spread: nearestPairs(rows) };
});

router.get('/', (ctx) => {
  ctx.body = 'maps';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
