import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { follow, hello, raw, send, watched } from '../see/http.ts';
import { seeCall, seeSettled, seeTurns } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeShape, watch } from '../see/watch.ts';
import { exchangeBytes, listen, pause, serve, serveTcp } from '../see/wire.ts';

export const behaviours: Behaviours = {
  async 'aborted: by the client'(stage) {
    const port = await serve(
      stage,
      watched(stage, () => {}),
    );
    const early = http.request({ host: '127.0.0.1', port, agent: false });
    early.destroy();
    await follow(stage.side('before it was sent'), early);
    const late = http.request({ host: '127.0.0.1', port, agent: false });
    setTimeout(() => late.destroy(new Error('my own')), 15);
    await follow(stage.side('with an error'), late);
    const old = http.request({ host: '127.0.0.1', port, agent: false });
    setTimeout(() => old.abort(), 15);
    await follow(stage.side('the old way'), old);
    const signal = AbortSignal.timeout(80);
    await follow(stage.side('by a signal'), http.request({ host: '127.0.0.1', port, agent: false, signal }));
    const gone = AbortSignal.abort(new Error('reason'));
    await follow(stage.side('aborted before'), http.request({ host: '127.0.0.1', port, agent: false, signal: gone }));
    await pause(10);
  },
  async 'aborted: in the middle of an answer'(stage) {
    const port = await serve(
      stage,
      watched(stage, (_request, response) => void response.write('some')),
    );
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    watch(stage.see, 'request', request);
    request.on('error', () => {});
    const [response] = await once(request, 'response');
    watch(stage.see, 'response', response);
    response.on('error', () => {});
    request.destroy();
    await once(response, 'close');
    stage.see(response.complete, response.aborted, response.errored);
    await pause(10);
  },
  async 'aborted: by the server'(stage) {
    const port = await serve(stage, (request, response) => {
      if (request.url === '/part') response.write('some', () => response.destroy());
      else if (request.url === '/error') response.destroy(new Error('my own'));
      else request.socket.resetAndDestroy();
    });
    for (const path of ['/part', '/error', '/reset']) await send(stage.see, { port, path });
  },
  async 'errors: of calls'(stage) {
    const { see } = stage;
    seeCall(see, 'bad path', () => http.get({ path: '/a b' }));
    seeCall(see, 'bad protocol', () => http.get('ftp://x/'));
    seeCall(see, 'bad URL', () => http.get('nonsense'));
    seeCall(see, 'bad method', () => http.request({ method: 'A B' }));
    seeCall(see, 'bad header', () => http.request({ headers: { 'a b': '1' } }));
    seeCall(see, 'bad value', () => http.request({ headers: { a: 'x\ny' } }));
    seeCall(see, 'bad agent', () => http.request({ agent: 7 as never }));
    seeCall(see, 'bad host', () => http.request({ host: 7 as never }));
    seeCall(see, 'bad port', () => http.get({ host: '127.0.0.1', port: 70_000 }));
    const port = await serve(stage, (request, response) => {
      seeCall(see, 'bad status', () => response.writeHead(9_999));
      seeCall(see, 'bad name', () => response.setHeader('a b', '1'));
      seeCall(see, 'no value', () => response.setHeader('a', undefined as never));
      response.end('once');
      seeCall(see, 'set after end', () => response.setHeader('a', '1'));
      seeCall(see, 'head after end', () => response.writeHead(200));
      response.on('error', (error) => see(error));
      seeCall(see, 'write after end', () => response.write('more', (error) => see('written', error)));
      seeCall(see, 'end again', () => response.end('again', () => see('ended')) === response);
      seeCall(see, 'nonsense', () => request.setEncoding('nonsense' as never));
    });
    await send(stage.side('client'), { port });
  },
  async 'errors: of connections'(stage) {
    const closed = await new Promise<number>((resolve) => {
      const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as net.AddressInfo;
        server.close(() => resolve(port));
      });
    });
    const see = (...parts: readonly unknown[]) =>
      stage.see(...parts.map((part) => String(part).replaceAll(String(closed), '<port>')));
    await send(see, { port: closed });
    await send(see, { port: closed, host: 'localhost' });
    await send(see, { host: 'no-such-host.invalid' });
    await send(see, { host: 'x', lookup: (_host, _options, done) => done(new Error('mine'), '', 4) });
    await send(see, { socketPath: '/no/such/socket' });
  },
  async 'timeouts: of a client'(stage) {
    const port = await serveTcp(stage, () => {});
    const request = http.request({ host: '127.0.0.1', port, agent: false, timeout: 80 });
    request.on('timeout', () => request.destroy(new Error('my timeout')));
    await follow(stage.see, request);
    const other = http.request({ host: '127.0.0.1', port, agent: false });
    other.setTimeout(20, () => other.destroy());
    await follow(stage.see, other);
  },
  async 'timeouts: of a server'(stage) {
    const server = http.createServer(watched(stage, () => {}));
    server.on('timeout', (socket) => {
      stage.see('timeout', server.listenerCount('timeout'));
      socket.destroy();
    });
    server.setTimeout(30);
    const port = await listen(stage, server);
    stage.see(await exchangeBytes(port, raw('/')));
    const strict = http.createServer(
      { headersTimeout: 20, requestTimeout: 40, connectionsCheckingInterval: 10 },
      (request) => {
        request.on('error', (error) => stage.see(error)).resume();
      },
    );
    const strictPort = await listen(stage, strict);
    stage.see(await exchangeBytes(strictPort, 'GET / HTTP/1.1\r\n'));
    stage.see(await exchangeBytes(strictPort, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbody'));
  },
  async 'timeouts: of a response'(stage) {
    const port = await serve(stage, (_request, response) => {
      watch(stage.see, 'response', response);
      response.setTimeout(15, () => response.end('late'));
    });
    stage.see(await exchangeBytes(port, raw('/', 'Connection: close')));
  },
  async 'limits of a server'(stage) {
    const server = http.createServer(hello);
    server.maxRequestsPerSocket = 1;
    const port = await listen(stage, server);
    stage.see(await exchangeBytes(port, raw('/') + raw('/')));
    const empty = await listen(stage, http.createServer({ requireHostHeader: false, keepAliveTimeout: 1 }, hello));
    stage.see(await exchangeBytes(empty, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'));
    server.maxConnections = 0;
    server.on('drop', () => stage.see('drop'));
  },
  async 'closing a server'(stage) {
    const server = http.createServer((_request, response) => setTimeout(() => response.end('late'), 15));
    const port = await listen(stage, server);
    const answer = exchangeBytes(port, raw('/', 'Connection: close'));
    await pause(5);
    await seeSettled(stage.see, 'close', new Promise((resolve) => server.close(resolve)));
    stage.see(await answer, server.listening);
    await seeSettled(stage.see, 'again', new Promise((resolve) => server.close(resolve)));
    await seeTurns(stage.see, 'once', once(server, 'close', { signal: AbortSignal.abort() }));
    seeShape(stage.see, 'server', server);
  },
  async 'a handler that rejects'(stage) {
    const port = await serve(stage, async (_request, response) => {
      setTimeout(() => response.end('later'), 5);
      await pause(1);
      throw new Error('in an async handler');
    });
    stage.see(await exchangeBytes(port, raw('/', 'Connection: close')));
  },
  async 'a handler that throws'(stage) {
    const port = await serve(stage, (_request, response) => {
      setTimeout(() => response.end('later'), 5);
      throw new Error('in a handler');
    });
    stage.see(await exchangeBytes(port, raw('/', 'Connection: close')));
  },
  async 'callbacks and listeners that throw'(stage) {
    const port = await serve(stage, hello);
    const request = http.get({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.resume().on('end', () => {
        throw new Error('at the end');
      });
      throw new Error('in the response callback');
    });
    request.on('finish', () => {
      throw new Error('in finish');
    });
    await pause(40);
    request.destroy();
  },
};
