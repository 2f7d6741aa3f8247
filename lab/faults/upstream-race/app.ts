import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { request } from 'undici';

const stock = process.env.STOCK_URL ?? '';
const patience = Number(process.env.PARTNER_TIMEOUT_MS ?? 1_000);

class Impatience extends Error {}

async function readStock(id: string): Promise<unknown> {
  const { body } = await request(`${stock}/items/${id}`);
  return body.json();
}

async function within<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const limit = sleep(patience, undefined, { signal: timer.signal }).then(() => {
    throw new Impatience('stock did not answer in time');
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
    limit.catch(() => {});
  }
}

const app = new Hono();

app.get('/items/:id', async (c) => {
  try {
    return c.json(await within(readStock(c.req.param('id'))));
  } catch (error) {
    if (error instanceof Impatience) return c.json({ error: error.message }, 504);
    throw error;
  }
});

app.get('/', (c) => c.text('stock gateway'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
