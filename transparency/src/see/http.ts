import http from 'node:http';
import type { See, Stage } from './stage.ts';
import { watch } from './watch.ts';

export const hello: http.RequestListener = (_request, response) => response.end('hello');

/** Sends a request, notes all its events and those of its answer, and waits for its end. */
export async function send(see: See, options: http.RequestOptions, body?: string): Promise<void> {
  const request = http.request({ host: '127.0.0.1', agent: false, ...options });
  await follow(see, request, body);
}

export async function follow(see: See, request: http.ClientRequest, body?: string): Promise<void> {
  watch(see, 'request', request);
  request.on('error', () => {});
  const closed = new Promise((resolve) => request.on('close', resolve));
  request.on('response', (response) => {
    watch(see, 'response', response);
    response.on('error', () => {}).resume();
  });
  request.end(body);
  await closed;
}

/** Notes the events of each exchange of a server, by their turn. */
export function watched(stage: Stage, handler: http.RequestListener): http.RequestListener {
  let count = 0;
  return (request, response) => {
    const see = stage.side(`server ${++count}`);
    watch(see, 'request', request);
    watch(see, 'response', response);
    request.on('error', () => {});
    response.on('error', () => {});
    handler(request, response);
  };
}

export const raw = (path: string, ...headers: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`;
