import { Agent } from 'node:http';
import axios from 'axios';
import express from 'express';

const loyalty = axios.create({ baseURL: process.env.LOYALTY_URL ?? '', httpAgent: new Agent({ keepAlive: true }) });
const pauseMs = Number(process.env.LOYALTY_PAUSE_MS ?? 300);
const app = express();

async function pointsOf(customer: string, tries = 3): Promise<number> {
  try {
    const { data } = await loyalty.get(`/customers/${customer}/points`);
    return data.cents;
  } catch (error) {
    if (tries === 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return pointsOf(customer, tries - 1);
  }
}

app.get('/points/:customer', async (req, res) => {
  try {
    res.json({ points: await pointsOf(req.params.customer) });
  } catch {
    res.status(503).json({ error: 'try again later' });
  }
});

app.get('/', (_req, res) => {
  res.send('loyalty');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
