import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const ledger = process.env.LEDGER_URL ?? '';
const app = express();

app.post('/invoices', async (_req, res, next) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query('INSERT INTO invoices (cents) VALUES ($1) RETURNING id', [4_200]);
    const booked = await fetch(`${ledger}/entries/${rows[0].id}`, { method: 'PUT' });
    if (!booked.ok) throw new Error('not booked');
    await client.query('COMMIT');
    res.json({ id: rows[0].id });
  } catch (error) {
    await client.query('ROLLBACK');
    next(error);
  } finally {
    client.release();
  }
});

app.get('/invoices/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT id, cents FROM invoices WHERE id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.get('/', (_req, res) => {
  res.send('invoices');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
