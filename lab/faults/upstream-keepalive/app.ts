import express from 'express';

interface Price {
  readonly cents: number;
}

const prices = process.env.PRICES_URL ?? '';
const app = express();

async function fetchPrice(id: string): Promise<Price> {
  const response = await fetch(`${prices}/prices/${id}`);
  if (!response.ok) throw new Error(`prices answered ${response.status}`);
  return (await response.json()) as Price;
}

app.get('/products/:id', async (req, res) => {
  const { cents } = await fetchPrice(req.params.id);
  res.json({ id: req.params.id, price: `${(cents / 100).toFixed(2)} EUR` });
});

app.get('/about', (_req, res) => {
  res.json({ name: 'shop', version: '4.2.0' });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
