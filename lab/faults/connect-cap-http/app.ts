import { Resolver } from 'node:dns';
import { Agent } from 'node:http';
import { type LookupFunction, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import axios from 'axios';
import express from 'express';

// As Node 20 to 24 have it anyway.
setDefaultAutoSelectFamilyAttemptTimeout(250);

const resolver = new Resolver();
resolver.setServers([process.env.NAME_SERVER ?? '']);

const lookup: LookupFunction = (hostname, options, callback) => {
  resolver.resolve4(hostname, (error, addresses) => {
    if (error) callback(error, []);
    else if (options.all)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0] ?? '', 4);
  });
};

// The edge balances per connection, so none is kept. What axios would make of a lookup is its own, so the agent has it.
const agentOptions = { keepAlive: false, lookup, autoSelectFamily: true };
const edge = axios.create({ baseURL: process.env.EDGE_URL ?? '', httpAgent: new Agent(agentOptions) });
const app = express();

app.get('/banners/:id', async (req, res) => {
  try {
    const { data } = await edge.get(`/banners/${req.params.id}`);
    res.json({ items: data.items });
  } catch {
    res.status(503).json({ error: 'no banner' });
  }
});

app.get('/', (_req, res) => {
  res.send('banners');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
