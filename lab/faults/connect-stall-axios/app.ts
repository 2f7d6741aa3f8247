import axios from 'axios';
import express from 'express';

const labels = axios.create({
  baseURL: process.env.LABELS_URL ?? '',
  headers: { connection: 'close' },
  timeout: Number(process.env.LABELS_TIMEOUT_MS ?? 1_000),
});
const app = express();

async function printLabel(id: string, tries = 3): Promise<unknown> {
  try {
    const { data } = await labels.post(`/labels/${id}`);
    return data;
  } catch (error) {
    if (tries === 1) throw error;
    return printLabel(id, tries - 1);
  }
}

app.post('/labels/:id', async (req, res) => {
  try {
    res.json(await printLabel(req.params.id));
  } catch {
    res.status(503).json({ error: 'labels are not available' });
  }
});

app.get('/', (_req, res) => {
  res.send('labels');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
