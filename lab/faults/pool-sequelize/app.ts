import express from 'express';
import { QueryTypes, Sequelize } from 'sequelize';

const db = new Sequelize(process.env.DATABASE_URL ?? '', {
  dialect: 'postgres',
  logging: false,
  pool: { max: Number(process.env.DB_POOL ?? 5) },
});
const app = express();

app.get('/articles/:id', async (req, res) => {
  const rows = await db.query('SELECT id, title FROM products WHERE id = :id', {
    replacements: { id: Number(req.params.id) },
    type: QueryTypes.SELECT,
  });
  res.json(rows[0] ?? null);
});

app.get('/archive/:year', async (req, res) => {
  const months = await db.query('SELECT month FROM articles_of(:year)', {
    replacements: { year: Number(req.params.year) },
    type: QueryTypes.SELECT,
  });
  res.json(months);
});

app.get('/', (_req, res) => {
  res.send('articles');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
