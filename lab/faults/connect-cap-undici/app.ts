import { Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';
import Fastify from 'fastify';
import { Agent, request } from 'undici';

const resolver = new Resolver();
resolver.setServers([process.env.NAME_SERVER ?? '']);

// The region's own zone, which the machine's resolver does not know.
const lookup: LookupFunction = (hostname, _options, callback) => {
  resolver.resolve4(hostname, (error, addresses) => {
    if (error) callback(error, []);
    else
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
  });
};

// Every replica has an address of its own, and connections are not kept: so they share the load.
const dispatcher = new Agent({
  connect: { lookup },
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 250,
  pipelining: 0,
});
const replicas = process.env.REPLICAS_URL ?? '';
const app = Fastify();

app.get<{ Params: { key: string } }>('/settings/:key', async (req) => {
  const { body } = await request(`${replicas}/settings/${req.params.key}`, { dispatcher });
  return body.json();
});

app.get('/', async () => 'settings');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
