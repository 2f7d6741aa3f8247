/** Takes OpenTelemetry's exports, as a collector on the same host would, and counts the spans in them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOrders } from './orders.ts';
import { countSpans } from './otlp-spans.ts';

export type SinkProtocol = {
  /** Spans received so far. */
  readonly spans: { readonly order: null; readonly answer: number };
};

let spans = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    spans += countSpans(Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
    response.end();
  });
});
server.listen(0, '127.0.0.1', () =>
  answerOrders<SinkProtocol>((server.address() as AddressInfo).port, { spans: () => spans }),
);
