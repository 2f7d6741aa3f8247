import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const app = express();

app.get('/products/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT id, title, cents FROM products WHERE id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.get('/suggestions', async (req, res) => {
  const { rows } = await pool.query('SELECT n FROM suggest($1)', [String(req.query.q ?? '')]);
  res.json(rows);
});

app.get('/', (_req, res) => {
  res.send('shop');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
