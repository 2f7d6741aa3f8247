import express from 'express';

const rates = process.env.RATES_URL ?? '';
const app = express();

app.get('/rates/:currency', async (req, res) => {
  const response = await fetch(`${rates}/rates/${req.params.currency}`);
  res.json(await response.json());
});

app.get('/about', (_req, res) => {
  res.json({ name: 'rates', version: '2.0.1' });
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1');
// Half-dead connections have to go some day.
server.timeout = Number(process.env.SOCKET_TIMEOUT ?? 0);
