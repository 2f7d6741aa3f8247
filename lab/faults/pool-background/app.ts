import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });

// Rolls up what came in since the last time, one shard per connection.
let shards = 1;
process.on('message', (settings: { shards: number }) => {
  shards = settings.shards;
});

async function rollUp(shard: number): Promise<void> {
  await pool.query('SELECT day, visits FROM roll_up($1)', [shard]);
}

async function rollUpAll(): Promise<void> {
  await Promise.all(Array.from({ length: shards }, (_, shard) => rollUp(shard)));
  setTimeout(rollUpAll, 200);
}
setTimeout(rollUpAll, 200);

createServer(async (req, res) => {
  const id = /^\/visits\/(\d+)$/.exec(req.url ?? '')?.[1];
  if (id === undefined) {
    res.end('visits');
    return;
  }
  const { rows } = await pool.query('SELECT title FROM products WHERE id = $1', [id]);
  res.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
}).listen(Number(process.env.PORT), '127.0.0.1');
