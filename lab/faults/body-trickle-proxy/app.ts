import { Agent, createServer, get } from 'node:http';
import { pipeline } from 'node:stream';

const files = process.env.FILES_URL ?? '';
const agent = new Agent({ keepAlive: true });

createServer((req, res) => {
  if (req.url === '/') {
    res.end('files');
    return;
  }
  get(`${files}${req.url}`, { agent }, (upstream) => {
    res.writeHead(upstream.statusCode ?? 502, { 'content-type': upstream.headers['content-type'] ?? 'text/plain' });
    pipeline(upstream, res, () => {});
  }).on('error', () => res.writeHead(502).end());
}).listen(Number(process.env.PORT), '127.0.0.1');
