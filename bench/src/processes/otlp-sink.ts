/** Takes the peers' exports, as a collector or an agent on the same host would, and counts what is in them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOrders } from './orders.ts';
import { countSpans } from './otlp-spans.ts';

export type SinkProtocol = {
  /** So far: spans of OpenTelemetry, traces of dd-trace. */
  readonly received: { readonly order: null; readonly answer: { readonly spans: number; readonly traces: number } };
};

/** dd-trace says how many traces are in a message, which saves reading them. */
const TRACE_COUNT = 'x-datadog-trace-count';
const OTLP_PATH = '/v1/traces';
const NO_RATES = JSON.stringify({ rate_by_service: {} });

let spans = 0;
let traces = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url !== OTLP_PATH) {
      traces += Number(request.headers[TRACE_COUNT] ?? 0);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': NO_RATES.length });
      response.end(NO_RATES);
      return;
    }
    spans += countSpans(Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
    response.end();
  });
});
server.listen(0, '127.0.0.1', () =>
  answerOrders<SinkProtocol>((server.address() as AddressInfo).port, { received: () => ({ spans, traces }) }),
);
