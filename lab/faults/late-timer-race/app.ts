import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const scores = process.env.SCORES_URL ?? '';
const patienceMs = Number(process.env.SCORE_TIMEOUT ?? 1_000);
const app = new Hono();

async function findScore(id: string): Promise<unknown> {
  const response = await fetch(`${scores}/scores/${id}`);
  return response.json();
}

app.get('/users/:id', async (c) => {
  const id = c.req.param('id');
  const score = findScore(id).catch(() => null);
  return c.json({ id, score: await Promise.race([score, pause(patienceMs, null)]) });
});

let workMs = 1;
process.on('message', (settings: { workMs: number }) => {
  workMs = settings.workMs;
});

function rankAll(): number {
  const end = performance.now() + workMs;
  let rank = 0;
  while (performance.now() < end) rank = (rank * 31 + 7) % 1_000_003;
  return rank;
}

app.post('/rankings', (c) => c.json({ rank: rankAll() }));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
