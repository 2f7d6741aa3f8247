import { once } from 'node:events';
import http from 'node:http';
import { follow, hello, raw, send, watched } from '../see/http.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeListeners, seeShape, watch } from '../see/watch.ts';
import { exchangeBytes, listen, pause, recordWire, serve, serveTcp } from '../see/wire.ts';

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
};
