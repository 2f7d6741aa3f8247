import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Agent, fetch } from 'undici';

const couriers = process.env.COURIERS_URL ?? '';
// The couriers' gateway closes every connection after one answer.
const dispatcher = new Agent({ pipelining: 0, connect: { timeout: 5_000 } });
const app = new Hono();

app.get('/quotes/:id', async (c) => {
  try {
    const response = await fetch(`${couriers}/quotes/${c.req.param('id')}`, { dispatcher });
    return c.json((await response.json()) as object);
  } catch (error) {
    return c.json({ error: String(error) }, 502);
  }
});

app.get('/', (c) => c.text('couriers'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
