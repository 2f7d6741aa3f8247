import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const maps = process.env.MAPS_URL ?? '';
const app = new Hono();

app.get('/tiles/:id', async (c) => {
  try {
    const response = await fetch(`${maps}/tiles/${c.req.param('id')}`);
    return c.json((await response.json()) as object);
  } catch (error) {
    return c.json({ error: String(error) }, 503);
  }
});

app.get('/', (c) => c.text('maps'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
