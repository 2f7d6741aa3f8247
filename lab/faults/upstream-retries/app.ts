import { createServer } from 'node:http';
import got from 'got';

const geo = got.extend({
  prefixUrl: process.env.GEO_URL ?? '',
  timeout: { request: Number(process.env.GEO_TIMEOUT_MS ?? 500) },
  retry: { limit: 2, calculateDelay: ({ computedValue }) => computedValue && 20 },
});

async function locate(ip: string): Promise<unknown> {
  return geo(`lookup/${ip}`).json();
}

createServer((req, res) => {
  const ip = /^\/locate\/([\d.]+)$/.exec(req.url ?? '')?.[1];
  if (ip === undefined) {
    res.end('geo');
    return;
  }
  locate(ip).then(
    (place) => res.setHeader('content-type', 'application/json').end(JSON.stringify(place)),
    (error) => res.writeHead(503).end(String(error.message)),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
