import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const app = express();
app.use(express.json());

app.post('/import', async (req, res) => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO products (id, title, cents) VALUES ($1, $2, $3)', [req.body.id, 'imported', 1]);
  await client.query('COMMIT');
  client.release();
  res.status(201).end();
});

app.get('/products/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT title FROM products WHERE id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.get('/', (_req, res) => {
  res.send('import');
});

// Express hands rejected handlers to this.
app.use((error: Error, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
  res.status(500).json({ error: error.message });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
