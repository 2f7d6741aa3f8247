import express from 'express';
import pg from 'pg';

// The server is shared with others: nothing is kept open for long.
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DB_POOL ?? 10),
  idleTimeoutMillis: 15,
});
const app = express();

app.get('/orders/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT id, title FROM products WHERE id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.get('/', (_req, res) => {
  res.send('orders');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
