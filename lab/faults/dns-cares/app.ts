import { Resolver } from 'node:dns';
import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';

const resolver = new Resolver({ timeout: 10_000, tries: 2 });
resolver.setServers([process.env.NAME_SERVER ?? '']);

// Our services live in a private zone that the machine's resolver does not know.
const lookup: LookupFunction = (hostname, options, callback) => {
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

// The gateway in front of the service balances per connection, so none is kept.
const dispatcher = new Agent({ connect: { lookup }, pipelining: 0 });
const delivery = process.env.DELIVERY_URL ?? '';

async function quote(id: string): Promise<number> {
  const { body } = await request(`${delivery}/quotes/${id}`, { dispatcher });
  return ((await body.json()) as { days: number }).days;
}

createServer(async (req, res) => {
  const id = /^\/delivery\/(\d+)$/.exec(req.url ?? '')?.[1];
  if (id === undefined) {
    res.writeHead(req.url === '/version' ? 200 : 404).end('{"version":3}');
    return;
  }
  try {
    const days = await quote(id);
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ days }));
  } catch (error) {
    res.writeHead(502).end(JSON.stringify({ error: String(error) }));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
