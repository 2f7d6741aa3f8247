import { Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Agent, fetch } from 'undici';

const lookup: LookupFunction = (hostname, options, callback) => {
  // One each: a resolver that is kept gives up after a few times what answers took so far, whatever its timeout says.
  const resolver = new Resolver({ timeout: 10_000, tries: 2 });
  resolver.setServers([process.env.NAME_SERVER ?? '']);
  resolver.resolve4(hostname, (error, addresses) => {
    if (error) callback(error, '', 4);
    else if (options.all)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0] ?? '', 4);
  });
};

const dispatcher = new Agent({ connect: { lookup }, pipelining: 0 });
const carrier = process.env.CARRIER_URL ?? '';
const app = new Hono();

app.get('/track/:id', async (c) => {
  const response = await fetch(`${carrier}/parcels/${c.req.param('id')}`, { dispatcher });
  const { status } = (await response.json()) as { status: string };
  return c.json({ status });
});

app.get('/', (c) => c.text('tracking'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
