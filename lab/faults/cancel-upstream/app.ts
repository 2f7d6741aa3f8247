import { createServer } from 'node:http';
import { request } from 'undici';

const suggestions = process.env.SUGGESTIONS_URL ?? '';

createServer(async (req, res) => {
  const url = new URL(req.url ?? '/', 'http://localhost');
  if (url.pathname !== '/suggest') {
    res.end('suggest');
    return;
  }
  const { body } = await request(`${suggestions}/words?prefix=${url.searchParams.get('q')}`);
  res.setHeader('content-type', 'application/json').end(await body.text());
}).listen(Number(process.env.PORT), '127.0.0.1');
