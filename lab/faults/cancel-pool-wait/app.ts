import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const app = express();

app.get('/feed/:user', async (req, res) => {
  const { rows } = await pool.query('SELECT id, title FROM products WHERE id > $1 LIMIT 10', [req.params.user]);
  res.json(rows);
});

app.post('/digest', async (_req, res) => {
  const { rows } = await pool.query('SELECT n FROM build_digest()');
  res.json(rows);
});

app.get('/', (_req, res) => {
  res.send('feed');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
