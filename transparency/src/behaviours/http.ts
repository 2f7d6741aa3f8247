import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seeCall, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { seeListeners, seeShape, watch } from '../see/watch.ts';
import { exchangeBytes, listen, pause, recordWire, serve, serveTcp } from '../see/wire.ts';

const hello: http.RequestListener = (_request, response) => response.end('hello');

/** Sends a request, notes all its events and those of its answer, and waits for its end. */
async function send(see: See, options: http.RequestOptions, body?: string): Promise<void> {
  const request = http.request({ host: '127.0.0.1', agent: false, ...options });
  await follow(see, request, body);
}

async function follow(see: See, request: http.ClientRequest, body?: string): Promise<void> {
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
function watched(stage: Stage, handler: http.RequestListener): http.RequestListener {
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

const raw = (path: string, ...headers: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`;

export const behaviours: Behaviours = {
  async 'keep-alive: sockets are reused'(stage) {
    const { see } = stage;
    const port = await serve(stage, hello);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    stage.after(() => agent.destroy());
    for (let round = 0; round < 3; round++) {
      const request = http.request({ host: '127.0.0.1', port, agent });
      await follow(see, request);
      see('reused', request.reusedSocket);
      if (request.socket !== null) seeListeners(see, 'socket', request.socket);
      await pause(2);
    }
    see('free', Object.values(agent.freeSockets).flat().length, 'busy', Object.values(agent.sockets).flat().length);
  },
  async 'keep-alive: requests queue for a socket'(stage) {
    const port = await serve(stage, (request, response) => setTimeout(() => response.end(request.url), 5));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    stage.after(() => agent.destroy());
    const order: string[] = [];
    const get = (path: string) =>
      new Promise<void>((resolve) => {
        http.get({ host: '127.0.0.1', port, agent, path }, (response) => {
          order.push(path);
          response.resume().on('end', resolve);
        });
      });
    const all = ['/a', '/b', '/c'].map(get);
    await pause(0);
    stage.see('waiting', Object.values(agent.requests).flat().length);
    await Promise.all(all);
    stage.see(order.join(' '));
  },
  async 'keep-alive: a server that closes as the socket is reused'(stage) {
    let count = 0;
    const port = await serveTcp(stage, (socket) =>
      socket.on('data', () => {
        if (++count > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    const agent = new http.Agent({ keepAlive: true });
    stage.after(() => agent.destroy());
    await follow(stage.side('first'), http.request({ host: '127.0.0.1', port, agent }));
    await pause(2);
    await follow(stage.side('second'), http.request({ host: '127.0.0.1', port, agent }));
  },
  async 'wire: what a client sends'(stage) {
    const port = await recordWire(stage);
    await send(stage.see, { port, path: '/plain?q=1' });
    await send(
      stage.see,
      { port, method: 'POST', headers: { 'Content-Type': 'text/plain', 'X-Two': ['a', 'b'] } },
      'body',
    );
    await send(stage.see, { port, method: 'PUT', headers: { 'content-length': 4 } }, 'body');
    await send(stage.see, { port, method: 'DELETE', setHost: false, headers: ['x-raw', '1', 'X-Raw', '2'] });
    await send(stage.see, { port, auth: 'user:pass', headers: { 'x-undefined': '' } });
    const request = http.request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      agent: new http.Agent({ keepAlive: true }),
    });
    request.write('one');
    request.write(Buffer.from('two'));
    request.addTrailers({ 'x-sum': '1' });
    await follow(stage.see, request, 'three');
    request.destroy();
  },
  async 'wire: what a server sends'(stage) {
    const port = await serve(stage, (request, response) => {
      if (request.url === '/head') response.writeHead(201, 'Made', { 'X-One': '1', 'x-many': ['a', 'b'] });
      if (request.url === '/set') response.setHeader('X-Set', 'yes').appendHeader('x-set', 'too').removeHeader('date');
      if (request.url === '/chunks') response.write('chunk');
      if (request.url === '/flush') response.flushHeaders();
      if (request.url === '/empty') response.statusCode = 204;
      if (request.url === '/trailers') {
        response.writeHead(200, { Trailer: 'x-sum' });
        response.write('body');
        response.addTrailers({ 'X-Sum': '1' });
      }
      if (request.url === '/hints') response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end(request.url === '/empty' ? undefined : 'end');
    });
    for (const path of ['/', '/head', '/set', '/chunks', '/flush', '/empty', '/trailers', '/hints'])
      stage.see(path, await exchangeBytes(port, raw(path, 'Connection: close')));
    stage.see('1.0', await exchangeBytes(port, 'GET / HTTP/1.0\r\n\r\n'));
    stage.see('HEAD', await exchangeBytes(port, raw('/chunks', 'Connection: close').replace('GET', 'HEAD')));
  },
  async 'wire: pipelining'(stage) {
    const handler = watched(stage, (request, response) =>
      request.url === '/slow' ? setTimeout(() => response.end('slow'), 20) : response.end('fast'),
    );
    const port = await serve(stage, handler);
    stage.see(await exchangeBytes(port, raw('/slow') + raw('/fast') + raw('/last', 'Connection: close')));
  },
  async 'wire: what is no HTTP'(stage) {
    const server = http.createServer({ maxHeaderSize: 1_000 }, hello);
    const port = await listen(stage, server);
    for (const text of [
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      raw('/', `X-Long: ${'x'.repeat(2_000)}`),
      raw('/', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      raw('/', 'Bad Header: 1'),
      'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
    ])
      stage.see(text.slice(0, 40), await exchangeBytes(port, text));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      stage.see('clientError', error, seeListeners(stage.side('socket'), 'socket', socket));
      socket.end('HTTP/1.1 400 Mine\r\n\r\n');
    });
    stage.see(await exchangeBytes(port, 'nonsense\r\n\r\n'));
  },
  async 'answers that are no HTTP'(stage) {
    for (const answer of [
      'nonsense\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
      'HTTP/1.1 200 OK\r\nBad Header: 1\r\n\r\n',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nshort',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 None\r\nConnection: close\r\n\r\n',
    ]) {
      const port = await recordWire(stage, [answer]);
      await send(stage.see, { port });
    }
  },
  async 'upgrade: server'(stage) {
    const server = http.createServer(hello);
    server.on('upgrade', (request, socket, head) => {
      stage.see(request.headers.upgrade, head.toString(), socket.constructor.name);
      seeListeners(stage.see, 'socket', socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
      setTimeout(() => socket.end('bye'), 15);
    });
    const port = await listen(stage, server);
    stage.see(await exchangeBytes(port, `${raw('/', 'Upgrade: echo', 'Connection: Upgrade')}first`, 'second'));
    server.removeAllListeners('upgrade');
    stage.see(await exchangeBytes(port, raw('/', 'Upgrade: echo', 'Connection: Upgrade, close')));
  },
  async 'upgrade: client'(stage) {
    const port = await serveTcp(stage, (socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhead');
        socket.pipe(socket);
      }),
    );
    const headers = { upgrade: 'echo', connection: 'Upgrade' };
    const request = http.request({ host: '127.0.0.1', port, headers, agent: false });
    watch(stage.see, 'request', request);
    request.end();
    const [response, socket, head] = await once(request, 'upgrade');
    stage.see(response.statusCode, head.toString());
    seeShape(stage.see, 'socket', socket);
    socket.write('ping');
    const [data] = await once(socket, 'data');
    stage.see(String(data));
    socket.end();
    await once(socket, 'close');
    await send(stage.side('nobody listens'), { port, headers });
  },
  async connect(stage) {
    const server = http.createServer(hello);
    server.on('connect', (request, socket) => {
      stage.see(request.url);
      socket.end('HTTP/1.1 200 OK\r\n\r\nthrough');
    });
    const port = await listen(stage, server);
    const request = http
      .request({ host: '127.0.0.1', port, method: 'CONNECT', path: 'a.example:443', agent: false })
      .end();
    watch(stage.see, 'request', request);
    const [response, socket, head] = await once(request, 'connect');
    stage.see(response.statusCode, head.toString(), socket.constructor.name);
    socket.destroy();
  },
  async 'expect: continue'(stage) {
    const server = http.createServer(watched(stage, hello));
    const port = await listen(stage, server);
    const text = 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n';
    stage.see(await exchangeBytes(port, text, 'body'));
    await send(stage.see, { port, method: 'POST', headers: { expect: '100-continue' } }, 'body');
    server.on('checkContinue', (_request, response) => response.writeHead(417).end());
    await send(stage.see, { port, method: 'POST', headers: { expect: '100-continue' } }, 'body');
    server.on('checkExpectation', (_request, response) => response.writeHead(418).end());
    stage.see(await exchangeBytes(port, text.replace('100-continue', 'miracles'), 'body'));
  },
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
  async 'objects of an exchange'(stage) {
    const port = await serve(stage, (request, response) => {
      const see = stage.side('server');
      seeShape(see, 'request', request);
      seeShape(see, 'response', response);
      seeShape(see, 'socket', request.socket);
      see(request.headers.host?.startsWith('127'), request.rawHeaders.length, request.complete, request.httpVersion);
      see(Object.keys(request.headers), response.getHeaderNames(), response.headersSent);
      response.on('finish', () => {
        seeShape(see, 'finished', response);
        see(response.writableFinished, response.writableEnded, request.complete);
      });
      response.end('hello');
    });
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    seeShape(stage.see, 'request', request);
    const [response] = await once(request, 'response');
    seeShape(stage.see, 'response', response);
    seeShape(stage.see, 'socket', request.socket ?? {});
    response.resume();
    await once(response, 'close');
    seeShape(stage.see, 'closed', response);
  },
  async 'ten listeners are allowed'(stage) {
    const port = await serve(stage, (request, response) => {
      for (const event of ['close', 'error', 'end']) for (let i = 0; i < 10; i++) request.on(event, () => {});
      for (const event of ['finish', 'error', 'prefinish']) for (let i = 0; i < 9; i++) response.on(event, () => {});
      response.end();
    });
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    for (const event of ['close', 'error', 'response', 'socket'])
      for (let i = 0; i < 9; i++) request.on(event, () => {});
    const [response] = await once(request, 'response');
    for (const event of ['close', 'end', 'error']) for (let i = 0; i < 9; i++) response.on(event, () => {});
    response.resume();
    await once(response, 'close');
  },
  async 'turns of the loop in handlers'(stage) {
    const port = await serve(stage, async (_request, response) => {
      await seeTurn(stage.side('server'), 'handler');
      response.on('finish', () => void seeTurn(stage.side('finish'), 'finish'));
      response.end('x');
    });
    await new Promise<void>((resolve) => {
      const request = http.get({ host: '127.0.0.1', port, agent: false }, async (response) => {
        await seeTurn(stage.see, 'response');
        response.resume().on('end', () => void seeTurn(stage.see, 'end').then(resolve));
      });
      request.on('socket', () => void seeTurn(stage.side('socket'), 'socket'));
    });
  },
  async 'bodies as streams'(stage) {
    const port = await serve(stage, async (request, response) => {
      if (request.url === '/pipe') request.pipe(response);
      else if (request.url === '/pipeline') await pipeline(request, response);
      else {
        let text = '';
        for await (const chunk of request) text += chunk;
        await pipeline(Readable.from([text, text]), response);
      }
    });
    for (const path of ['/pipe', '/pipeline', '/iterate']) {
      const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
      request.end('a'.repeat(100_000));
      const [response] = await once(request, 'response');
      let length = 0;
      for await (const chunk of response) length += chunk.length;
      stage.see(path, length, response.complete, response.readableEnded);
    }
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
