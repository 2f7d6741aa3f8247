import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const index = process.env.INDEX_URL ?? '';
const app = new Hono();

app.get('/search/:word', async (c) => {
  // Deep searches go through the whole archive.
  const kind = c.req.query('deep') === undefined ? 'titles' : 'archive';
  const response = await fetch(`${index}/${kind}/${c.req.param('word')}`);
  return c.json((await response.json()) as object);
});

app.get('/', (c) => c.text('search'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
