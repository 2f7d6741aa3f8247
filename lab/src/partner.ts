import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { KeyPair } from '@holdup/testkit';

/** How a partner behaves at the moment. */
export interface Behaviour {
  /** Milliseconds from the request to the response headers. */
  readonly firstByteMs: number;
  /** Milliseconds from the first to the last byte of the body. */
  readonly bodyMs: number;
  /** Milliseconds before the server's part of the TLS handshake. */
  readonly handshakeMs: number;
  readonly status: number;
  /** As a balancer does that forgot an idle connection: the second request over it is answered with a reset. */
  readonly resetsReused: boolean;
}

export interface Partner {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** As the app's requests name it: `127.0.0.1:41234`. */
  readonly host: string;
  /** From now on, for all requests or for those whose path matches. */
  behave(change: Partial<Behaviour>, path?: RegExp): void;
  /**
   * Stands still, its accept queue full: the kernel drops every SYN. Only for partners that `stalls`.
   * @param othersMs where it has several addresses: for all but the first
   */
  stall(ms: number, othersMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface PartnerOptions {
  readonly hostname: string;
  readonly tls?: KeyPair;
  readonly usualMs: number;
  /** Connections the kernel may keep ready for this process to accept. */
  readonly backlog?: number;
  /** Default: a free port of 127.0.0.1. */
  readonly listen?: { readonly host: string; readonly port: number };
}

const BODY_CHUNKS = 12;
/** Spread of a good day's answers around `usualMs`. */
const JITTER = [0.7, 1.5] as const;

/** A real HTTP(S) server whose slowness is the lab's to decide. */
export async function startPartner(options: PartnerOptions): Promise<Partner> {
  const rules: { readonly path: RegExp; readonly change: Partial<Behaviour> }[] = [];
  const usual = (): Behaviour => ({
    firstByteMs: options.usualMs * (JITTER[0] + Math.random() * (JITTER[1] - JITTER[0])),
    bodyMs: 0,
    handshakeMs: 0,
    status: 200,
    resetsReused: false,
  });
  const behaviourFor = (path: string): Behaviour =>
    Object.assign(usual(), ...rules.filter((rule) => rule.path.test(path)).map((rule) => rule.change));
  const used = new WeakSet<Socket>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const behaviour = behaviourFor(request.url ?? '');
    if (behaviour.resetsReused && used.has(request.socket)) {
      request.socket.resetAndDestroy();
      return;
    }
    used.add(request.socket);
    request.resume();
    void answer(behaviour, request.url ?? '', response);
  };
  const server = options.tls ? secureServer(options.tls, () => behaviourFor('').handshakeMs) : createServer();
  server.on('request', listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) =>
    server.listen(
      { port: 0, host: '127.0.0.1', ...options.listen, ...(options.backlog && { backlog: options.backlog }) },
      resolve,
    ),
  );
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const host = `${options.hostname}:${port}`;
  return {
    host,
    url: `${options.tls ? 'https' : 'http'}://${host}`,
    behave: (change, path = /^/) => {
      rules.push({ path, change });
    },
    stall: () => Promise.reject(new Error("this partner shares the lab's process: declare it with stalls")),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Waits before its part of the handshake, also where the client resumes a session and asks for no certificate. */
function secureServer(pair: KeyPair, handshakeMs: () => number): Server {
  const secure = createTlsServer(pair);
  secure.on('tlsClientError', () => {});
  const front = createTcpServer(async (socket) => {
    socket.on('error', () => {});
    const ms = handshakeMs();
    if (ms > 0) await pause(ms);
    if (!socket.destroyed) secure.emit('connection', socket);
  });
  secure.on('request', (request, response) => front.emit('request', request, response));
  return front;
}

async function answer(
  { firstByteMs, bodyMs, status }: Behaviour,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const content = contentFor(path);
  await pause(firstByteMs);
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': content.length });
  if (bodyMs <= 0) {
    response.end(content);
    return;
  }
  const step = Math.ceil(content.length / BODY_CHUNKS);
  for (let at = 0; at < content.length && !response.destroyed; at += step) {
    response.write(content.subarray(at, at + step));
    await pause(bodyMs / BODY_CHUNKS);
  }
  response.end();
}

function contentFor(path: string): Buffer {
  const id = Number(/\d+/.exec(path)?.[0] ?? 1);
  const items = Array.from({ length: 8 }, (_, index) => ({ id: id * 10 + index, qty: 1 + (index % 3) }));
  return Buffer.from(JSON.stringify({ id, cents: 100 + id, rate: 1.08, status: 'ok', days: 1 + (id % 5), items }));
}
