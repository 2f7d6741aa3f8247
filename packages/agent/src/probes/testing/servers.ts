import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type LookupFunction,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { selfSignedCa } from '@holdup/testkit';
import type { TestScope } from './outgoing.ts';

export async function listen(server: NetServer | Server, test: TestScope): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A real HTTP server on a free port of 127.0.0.1. */
export async function serveHttp(test: TestScope, handler: RequestListener): Promise<number> {
  return listen(createServer(handler), test);
}

export interface TlsServer {
  readonly port: number;
  /** PEM of the authority that issued its certificate, for `localhost` and 127.0.0.1. */
  readonly ca: string;
}

export async function serveHttps(test: TestScope, handler: RequestListener): Promise<TlsServer> {
  const ca = await selfSignedCa();
  const pair = await ca.issue('localhost', '127.0.0.1');
  return { port: await listen(createTlsServer(pair, handler), test), ca: ca.cert };
}

/** Sends its headers after `headersMs`, then a few bytes of body every 20 ms until `bodyMs` are over. */
export function slowHandler(headersMs: number, bodyMs: number): RequestListener {
  return async (_request, response) => {
    await pause(headersMs);
    response.flushHeaders();
    for (let passed = 0; passed < bodyMs; passed += 20) {
      await pause(20);
      response.write('drop');
    }
    response.end();
  };
}

/** Takes connections for `port` and passes their bytes on only after `ms`: whatever comes first is slow. */
export async function delayBytes(test: TestScope, port: number, ms: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createNetServer((inner) => {
    sockets.add(inner);
    inner.on('error', () => {});
    setTimeout(() => {
      const outer = connect(port, '127.0.0.1');
      sockets.add(outer);
      outer.on('error', () => inner.destroy());
      inner.pipe(outer).pipe(inner);
    }, ms);
  });
  test.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(server, test);
}

/** A plain TCP server; its handler gets every connection. */
export async function serveTcp(test: TestScope, handler: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  test.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(
    createNetServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      handler(socket);
    }),
    test,
  );
}

/** More connects than any backlog of one takes. */
const FILLERS = 4;

/** A port whose accept backlog is full: the kernel leaves further connects unanswered. */
export async function fullBacklog(test: TestScope): Promise<number> {
  // A blocked thread accepts nothing, and a thread of its own blocks nobody else.
  const code = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(code, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  await pause(50);
  const fillers = Array.from({ length: FILLERS }, () => connect(port, '127.0.0.1').on('error', () => {}));
  test.after(() => {
    for (const filler of fillers) filler.destroy();
    return worker.terminate();
  });
  await pause(100);
  return port;
}

/** A `lookup` option that answers 127.0.0.1 for every name after `ms`. */
export function slowLookup(ms: number): LookupFunction {
  return (_host, options, callback) => {
    setTimeout(() => {
      if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    }, ms);
  };
}
