import { createServer } from 'node:http';
import { Agent, interceptors, request } from 'undici';

const mail = process.env.MAIL_URL ?? '';
const dispatcher = new Agent().compose(
  interceptors.retry({ maxRetries: 5, minTimeout: Number(process.env.MAIL_PAUSE_MS ?? 100), timeoutFactor: 1.5 }),
);

createServer(async (req, res) => {
  const box = /^\/unread\/(\d+)$/.exec(req.url ?? '')?.[1];
  if (box === undefined) {
    res.end('mail');
    return;
  }
  try {
    const { body } = await request(`${mail}/boxes/${box}`, { dispatcher });
    const { items } = (await body.json()) as { items: unknown[] };
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ unread: items.length }));
  } catch (error) {
    res.writeHead(503).end(String(error));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
