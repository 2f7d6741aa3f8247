import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Stage } from './stage.ts';

/** Listens on a free port of 127.0.0.1 until the behaviour is over. */
export async function listen(stage: Stage, server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.after(() => {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export function serve(stage: Stage, handler: http.RequestListener): Promise<number> {
  return listen(stage, http.createServer(handler));
}

/** A TCP server that does as told with every connection. */
export function serveTcp(stage: Stage, onSocket: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  stage.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(
    stage,
    net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      onSocket(socket);
    }),
  );
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: wire\r\n\r\nok';

/**
 * A server that puts the bytes of every request on record, each connection apart, and answers with given bytes.
 * @param answers in turn, the last one again and again; empty for none at all
 */
export async function recordWire(stage: Stage, answers: readonly string[] = [OK]): Promise<number> {
  let answered = 0;
  let connections = 0;
  const port = await serveTcp(stage, (socket) => {
    const see = stage.side(`wire ${++connections}`);
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      for (let end = endOfRequest(received); end >= 0; end = endOfRequest(received)) {
        const request = received.slice(0, end);
        see(request.replaceAll(String(port), '<port>'));
        received = received.slice(end);
        const answer = answers[Math.min(answered++, answers.length - 1)];
        if (answer !== undefined && !socket.destroyed) socket.write(answer, 'latin1');
        if (answer !== undefined && /^connection: close/im.test(answer + request)) socket.end();
      }
    });
    socket.on('end', () => received !== '' && see('rest', received.replaceAll(String(port), '<port>')));
  });
  return port;
}

/** Length of the first whole request in a text; -1 as long as there is none. */
function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const body = head + 4;
  if (/^transfer-encoding: chunked/im.test(text.slice(0, body))) {
    const end = /(^|\r\n)0\r\n(.*\r\n)*\r\n/.exec(text.slice(body));
    return end === null ? -1 : body + end.index + end[0].length;
  }
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, body))?.[1] ?? 0);
  return text.length >= body + length ? body + length : -1;
}

/** A connection on which nothing comes for so long stays open. Milliseconds. */
const QUIET_MS = 200;

/** Sends bytes to a port and returns all that come back until the other side closes, without what the clock wrote. */
export async function exchangeBytes(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let answer = '';
  const closed = new Promise<void>((resolve) => {
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      answer += `<${error.code}>`;
    });
    socket.on('close', () => resolve());
    socket.setTimeout(QUIET_MS, () => {
      answer += '<open>';
      socket.destroy();
    });
  });
  for (const part of parts) {
    socket.write(part, 'latin1');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await closed;
  return answer.replaceAll(/^Date: .*$/gm, 'Date: <date>');
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
