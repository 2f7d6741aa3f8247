import { Mutex } from 'async-mutex';
import express from 'express';

const pricing = process.env.PRICING_URL ?? '';
const app = express();

// The sheet is read, changed and put back as one.
const sheetLock = new Mutex();
const sheet = new Map<string, number>();

async function changeSheet(change: () => Promise<void>): Promise<void> {
  await sheetLock.runExclusive(change);
}

app.post('/prices/:id', async (req, res) => {
  await changeSheet(async () => {
    sheet.set(req.params.id, 100);
  });
  res.json({ ok: true });
});

app.post('/sheet', async (_req, res) => {
  await changeSheet(async () => {
    const answer = await fetch(`${pricing}/sheets/7`);
    const { items } = (await answer.json()) as { items: { id: number; qty: number }[] };
    for (const { id, qty } of items) sheet.set(String(id), qty);
  });
  res.json({ prices: sheet.size });
});

app.get('/', (_req, res) => {
  res.send('prices');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
