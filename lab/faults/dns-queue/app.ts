import { Agent, get } from 'node:http';
import axios from 'axios';
import express from 'express';

// Neither keeps connections: both sides of the mesh balance per connection.
const agent = new Agent({ keepAlive: false });
const users = axios.create({ baseURL: process.env.USERS_URL ?? '', httpAgent: agent });
const app = express();

app.get('/users/:id', async (req, res) => {
  const { data } = await users.get(`/users/${req.params.id}`);
  res.json({ id: data.id, status: data.status });
});

function report(event: string): void {
  for (const sink of (process.env.EVENT_SINKS ?? '').split(',')) {
    get(`${sink}/events/${event}`, { agent }, (response) => response.resume()).on('error', () => {});
  }
}

app.post('/events/:name', (req, res) => {
  report(req.params.name);
  res.status(202).end();
});

app.listen(Number(process.env.PORT), '127.0.0.1');
