import { once } from 'node:events';
import http2 from 'node:http2';
import { seeCall, seeSettled } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { seeShape, watch } from '../see/watch.ts';
import { exchangeBytes, listen, pause } from '../see/wire.ts';

type Handler = (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => unknown;

async function connect(stage: Stage, handler: Handler): Promise<http2.ClientHttp2Session> {
  const port = await listen(stage, http2.createServer(handler));
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on('error', (error) => stage.side('session')(error));
  stage.after(() => session.destroy());
  await once(session, 'connect');
  return session;
}

async function follow(see: See, stream: http2.ClientHttp2Stream, body?: string): Promise<void> {
  watch(see, 'stream', stream);
  stream.on('error', () => {});
  stream.on('response', (headers) => see(headers[':status'], Object.keys(headers)));
  const closed = new Promise((resolve) => stream.on('close', resolve));
  stream.resume().end(body);
  // Some never close, and that is seen by the code.
  await Promise.race([closed, pause(200)]);
  see('code', stream.rstCode);
}

export const behaviours: Behaviours = {
  async 'an exchange'(stage) {
    const see = stage.side('server');
    const session = await connect(stage, (request, response) => {
      watch(see, 'request', request);
      watch(see, 'response', response);
      watch(see, 'stream', response.stream);
      see(request.method, request.url, request.headers['x-a'], request.httpVersion);
      response.writeHead(200, { 'x-b': 'b' });
      request.pipe(response);
    });
    await follow(stage.see, session.request({ ':method': 'POST', ':path': '/x?y', 'x-a': 'a' }), 'body');
  },
  async 'many at once'(stage) {
    const session = await connect(stage, (request, response) =>
      setTimeout(() => response.end(request.url), Number(request.url.slice(1))),
    );
    const order: string[] = [];
    const get = async (path: string) => {
      const stream = session.request({ ':path': path });
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      order.push(text);
    };
    await Promise.all(['/30', '/5', '/15'].map(get));
    stage.see(order);
  },
  async 'canceled and refused'(stage) {
    const see = stage.side('server');
    const session = await connect(stage, (request, response) => {
      watch(see, 'response', response);
      watch(see, 'request', request);
      if (request.url === '/refuse') response.stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      if (request.url === '/destroy') response.stream.destroy(new Error('mine'));
      if (request.url === '/throw') throw new Error('in a handler');
    });
    const hang = session.request({ ':path': '/hang' });
    setTimeout(() => hang.close(http2.constants.NGHTTP2_CANCEL), 80);
    await follow(stage.side('hang'), hang);
    const aborted = session.request({ ':path': '/hang' }, { signal: AbortSignal.timeout(20) });
    await follow(stage.side('aborted'), aborted);
    await follow(stage.side('refuse'), session.request({ ':path': '/refuse' }));
    await follow(stage.side('destroy'), session.request({ ':path': '/destroy' }));
  },
  async 'trailers, pushes and early hints'(stage) {
    const session = await connect(stage, (_request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.stream.respond({ ':status': 200 }, { waitForTrailers: true });
      response.stream.on('wantTrailers', () => response.stream.sendTrailers({ 'x-sum': '1' }));
      response.stream.end('body');
    });
    await follow(stage.see, session.request({ ':path': '/' }));
  },
  async 'objects of an exchange'(stage) {
    const see = stage.side('server');
    const session = await connect(stage, (request, response) => {
      seeShape(see, 'request', request);
      seeShape(see, 'response', response);
      seeShape(see, 'stream', response.stream);
      response.end();
    });
    const stream = session.request({ ':path': '/' });
    seeShape(stage.see, 'stream', stream);
    seeShape(stage.see, 'session', session);
    await follow(stage.see, stream);
  },
  async 'errors of calls'(stage) {
    const session = await connect(stage, (_request, response) => {
      seeCall(stage.see, 'status', () => response.writeHead(9_999));
      seeCall(stage.see, 'header', () => response.setHeader(':status', '1'));
      response.end('once');
      seeCall(stage.see, 'after end', () => response.setHeader('a', '1'));
      seeCall(stage.see, 'end again', () => response.end('again') === response);
    });
    seeCall(stage.see, 'bad header', () => session.request({ 'a b': '1' }));
    seeCall(stage.see, 'bad pseudo', () => session.request({ ':nonsense': '1' }));
    await follow(stage.side('client'), session.request({ ':path': '/' }));
    session.close();
    seeCall(stage.see, 'closed', () => session.request({ ':path': '/' }));
    seeCall(stage.see, 'bad authority', () => http2.connect('nonsense'));
  },
  async 'a session that ends'(stage) {
    const server = http2.createServer((_request, response) => response.stream.session?.goaway(0));
    const port = await listen(stage, server);
    const session = http2.connect(`http://127.0.0.1:${port}`);
    watch(stage.side('session'), 'session', session);
    session.on('error', () => {});
    const stream = session.request({ ':path': '/' });
    setTimeout(() => session.destroy(new Error('mine')), 15);
    await follow(stage.see, stream);
    await pause(2);
    stage.see(session.closed, session.destroyed);
  },
  async 'a connection that is refused'(stage) {
    const port = await listen(stage, http2.createServer());
    stage.see(await exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    const session = http2.connect('http://127.0.0.1:1');
    watch(stage.side('session'), 'session', session);
    const failed = new Promise((_, reject) => session.on('error', reject));
    const stream = session.request({ ':path': '/' });
    await Promise.all([seeSettled(stage.see, 'session', failed), follow(stage.side('stream'), stream)]);
  },
};
