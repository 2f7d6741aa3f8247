import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 40 });
const taxes = process.env.TAXES_URL ?? '';
const app = express();

async function taxFor(id: string): Promise<number> {
  const response = await fetch(`${taxes}/taxes/${id}`);
  return ((await response.json()) as { rate: number }).rate;
}

app.get('/bills/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT line, cents FROM bill_lines($1)', [req.params.id]);
  const rate = await taxFor(req.params.id);
  res.json({ lines: rows, rate });
});

app.get('/', (_req, res) => {
  res.send('bills');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
