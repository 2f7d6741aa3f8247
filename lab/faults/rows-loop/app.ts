import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = express();

app.get('/lists/:id', async (req, res) => {
  const wishes = await pool.query('SELECT product_id FROM wishes WHERE list_id = $1', [req.params.id]);
  const products: unknown[] = [];
  for (const wish of wishes.rows) {
    const { rows } = await pool.query('SELECT title, cents FROM products WHERE id = $1', [wish.product_id]);
    products.push(rows[0]);
  }
  res.json(products);
});

app.get('/products/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT title, cents FROM products WHERE id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
