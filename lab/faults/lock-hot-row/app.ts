import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = express();
app.use(express.json());

const ADD = "UPDATE totals SET cents = cents + $1 WHERE name = 'turnover'";

app.post('/sales', async (req, res) => {
  await pool.query(ADD, [req.body.cents]);
  res.json({ ok: true });
});

// The day's turnover goes to the books, and into the total, or neither.
app.post('/settlements', async (req, res) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(ADD, [req.body.cents]);
    const entry = await fetch(`${process.env.BOOKS_URL}/entries`, { method: 'POST' });
    await client.query('COMMIT');
    res.json(await entry.json());
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.get('/totals', async (_req, res) => {
  const { rows } = await pool.query('SELECT name, cents FROM totals');
  res.json(rows);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
