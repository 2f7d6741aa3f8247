import express from 'express';
import mysql from 'mysql2/promise';

const pool = mysql.createPool({
  uri: process.env.MARIADB_URL ?? '',
  connectionLimit: Number(process.env.DB_POOL ?? 10),
});
const app = express();

app.get('/articles/:id', async (req, res) => {
  const [rows] = await pool.query('SELECT id, title FROM articles WHERE id = ?', [req.params.id]);
  res.json(rows);
});

app.get('/archive/:year', async (req, res) => {
  const [rows] = await pool.query('SELECT rank_of(?) AS place', [Number(req.params.year)]);
  res.json(rows);
});

app.get('/', (_req, res) => {
  res.send('articles');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
