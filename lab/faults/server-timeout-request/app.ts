import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

const limits = { requestTimeout: Number(process.env.REQUEST_TIMEOUT ?? 300_000), connectionsCheckingInterval: 20 };

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { length } = await text(request);
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ length }));
}

const server = createServer(limits, (request, response) => {
  if (request.method === 'POST') {
    take(request, response).catch(() => response.destroy());
    return;
  }
  response.end('messages\n');
});

server.listen(Number(process.env.PORT), '127.0.0.1');
