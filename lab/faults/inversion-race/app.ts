import express from 'express';

const charts = process.env.CHARTS_URL ?? '';
const CHARTS_TIMEOUT_MS = 5_000;
const PATIENCE_MS = 3_000;
const app = express();

class TooSlow extends Error {}

/** Rejects when the work takes longer than the screen is willing to show a spinner. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow()), ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

async function draw(id: string): Promise<unknown> {
  try {
    const response = await fetch(`${charts}/charts/${id}`, { signal: AbortSignal.timeout(CHARTS_TIMEOUT_MS) });
    return await response.json();
  } catch {
    return { id, placeholder: true };
  }
}

app.get('/charts/:id', async (req, res) => {
  const patienceMs = Number(req.get('x-screen-patience-ms') ?? PATIENCE_MS);
  try {
    res.json(await within(patienceMs, draw(req.params.id)));
  } catch {
    res.status(504).json({ error: 'too slow' });
  }
});

app.get('/', (_req, res) => {
  res.send('charts');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
