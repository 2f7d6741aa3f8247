import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ bytes, sha256: hash.digest('hex') }));
}

const server = createServer((request, response) => {
  if (request.method === 'PUT') {
    receive(request, response).catch(() => response.destroy());
    return;
  }
  response.setHeader('content-type', 'text/plain');
  response.end('files\n');
});

server.listen(Number(process.env.PORT), '127.0.0.1');
