import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 20,
  // Rather an error than a pile of waiters.
  lock_timeout: Number(process.env.LOCK_TIMEOUT_MS ?? 1_000),
});
const app = express();

app.post('/counters/:id', async (req, res) => {
  try {
    await pool.query('UPDATE stock SET qty = qty + 1 WHERE product_id = $1', [req.params.id]);
    res.json({ ok: true });
  } catch (error) {
    res.status(503).json({ error: String(error) });
  }
});

app.get('/', (_req, res) => {
  res.send('counters');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
