import { createHash } from 'node:crypto';
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = express();

/** A template engine, as far as the processor is concerned. */
function renderPage(rows: readonly { id: number; title: string }[]): string {
  let page = '<ul>';
  for (let line = 0; line < 2_000; line++) {
    const row = rows[line % rows.length];
    page += `<li>${createHash('sha256').update(`${row?.title}${line}`).digest('base64')}</li>`;
  }
  return `${page}</ul>`;
}

app.get('/pages/:id', async (req, res) => {
  const first = await pool.query('SELECT id, title FROM products WHERE id > $1 LIMIT 20', [req.params.id]);
  const second = await pool.query('SELECT id, title FROM products WHERE id < $1 LIMIT 20', [req.params.id]);
  res.send(renderPage([...first.rows, ...second.rows]));
});

app.get('/', (_req, res) => {
  res.send('pages');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
