import { Agent } from 'node:http';
import axios from 'axios';
import express from 'express';

// Their contract: no more than a few connections per customer.
const crm = axios.create({
  baseURL: process.env.CRM_URL ?? '',
  httpAgent: new Agent({ keepAlive: true, maxSockets: Number(process.env.CRM_SOCKETS ?? 4) }),
});
const app = express();

app.get('/customers/:id', async (req, res) => {
  const { data } = await crm.get(`/customers/${req.params.id}`);
  res.json({ id: req.params.id, status: data.status });
});

app.post('/sync', async (_req, res) => {
  const { data } = await crm.post('/changes', { since: Date.now() });
  res.json({ changes: data.items.length });
});

app.get('/', (_req, res) => {
  res.send('crm gateway');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
