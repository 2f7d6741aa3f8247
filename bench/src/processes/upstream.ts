/** The service the service under test calls: answers at once, always the same size. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOrders } from './orders.ts';

/** Milliseconds. Longer than any pause between two windows, so that no variant pays for a reconnect. */
const KEEP_ALIVE_MS = 120_000;

const body = JSON.stringify({ currency: 'EUR', amount: 1999, valid: true });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  request.resume();
  // Its callers give up.
  if (request.url === '/hang') return;
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => answerOrders((server.address() as AddressInfo).port, {}));
