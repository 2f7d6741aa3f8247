import { createServer } from 'node:http';
import { Agent, fetch } from 'undici';

// Behind their balancer a kept connection would pin us to one machine.
const dispatcher = new Agent({ pipelining: 0 });
const tax = process.env.TAX_URL ?? '';

async function taxFor(country: string): Promise<number> {
  const response = await fetch(`${tax}/rates/${country}`, { dispatcher });
  return ((await response.json()) as { rate: number }).rate;
}

createServer(async (req, res) => {
  const country = /^\/tax\/(\w+)$/.exec(req.url ?? '')?.[1];
  if (country === undefined) {
    res.end('tax');
    return;
  }
  const rate = await taxFor(country);
  res.setHeader('content-type', 'application/json').end(JSON.stringify({ country, rate }));
}).listen(Number(process.env.PORT), '127.0.0.1');
