import express from 'express';
import createKnex from 'knex';

const knex = createKnex({
  client: 'pg',
  connection: process.env.DATABASE_URL ?? '',
  pool: { min: 0, max: Number(process.env.DB_POOL ?? 10) },
});
const app = express();
app.use(express.json());

app.post('/import', async (req, res) => {
  const trx = await knex.transaction();
  await trx('products').insert({ id: req.body.id, title: 'imported', cents: 1 });
  await trx.commit();
  res.status(201).end();
});

app.get('/products/:id', async (req, res) => {
  const product = await knex('products').where({ id: req.params.id }).first('title');
  res.json(product ?? null);
});

app.get('/', (_req, res) => {
  res.send('import');
});

// Express hands rejected handlers to this.
app.use((error: Error, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
  res.status(500).json({ error: error.message });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
