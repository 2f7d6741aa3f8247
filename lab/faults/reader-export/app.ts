import express from 'express';

const prices = process.env.PRICES_URL ?? '';
const app = express();

const row = '4711;a product with a rather long name;12.50;EUR;in stock\n';
let catalogue = Buffer.alloc(100_000, row);
process.on('message', (settings: { bytes: number }) => {
  catalogue = Buffer.alloc(settings.bytes, row);
});

app.get('/catalogue.csv', async (_req, res) => {
  const response = await fetch(`${prices}/version`);
  await response.json();
  res.type('text/csv').send(catalogue);
});

app.get('/products/:id', async (req, res) => {
  const response = await fetch(`${prices}/prices/${req.params.id}`);
  res.json(await response.json());
});

app.listen(Number(process.env.PORT), '127.0.0.1');
