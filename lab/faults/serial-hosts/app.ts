import { serve } from '@hono/node-server';
import axios from 'axios';
import { Hono } from 'hono';

const app = new Hono();

app.get('/quote/:id', async (c) => {
  const id = c.req.param('id');
  const parts: unknown[] = [];
  for (const service of (c.req.query('of') ?? '').split(',')) {
    const { data } = await axios.get(`${process.env[`${service.toUpperCase()}_URL`]}/quotes/${id}`);
    parts.push(data.cents);
  }
  return c.json({ parts });
});

app.get('/', (c) => c.text('quotes'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
