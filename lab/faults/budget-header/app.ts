import express from 'express';

const search = process.env.SEARCH_URL ?? '';
const app = express();

app.get('/search', async (req, res) => {
  const response = await fetch(`${search}/query?q=${encodeURIComponent(String(req.query.q))}`);
  res.json(await response.json());
});

app.get('/', (_req, res) => {
  res.send('search');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
