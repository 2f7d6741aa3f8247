import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { Agent, Client, interceptors, Pool, pipeline, RetryAgent, request, stream, fetch as undiciFetch } from 'undici';
import { seeCall, seeOrder, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeShape, watch } from '../see/watch.ts';
import { pause, recordWire, serve, serveTcp } from '../see/wire.ts';

async function serveAll(stage: Stage): Promise<string> {
  const port = await serve(stage, (incoming, response) => {
    const wait = Number(incoming.url?.slice(1));
    if (incoming.url === '/hang') return;
    if (incoming.url === '/echo') incoming.pipe(response);
    else if (incoming.url === '/500') response.writeHead(500).end('no');
    else if (incoming.url === '/redirect') response.writeHead(302, { location: '/' }).end();
    else if (incoming.url === '/trailers') {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('body');
      response.addTrailers({ 'x-sum': '1' });
      response.end();
    } else if (wait > 0) setTimeout(() => response.end(incoming.url), wait);
    else response.end('hello');
  });
  return `http://127.0.0.1:${port}`;
}

function open<T extends { destroy(): Promise<void> }>(stage: Stage, dispatcher: T): T {
  stage.after(() => dispatcher.destroy());
  return dispatcher;
}

export const behaviours: Behaviours = {
  async 'wire: what is sent'(stage) {
    const port = await recordWire(stage);
    const client = open(stage, new Client(`http://127.0.0.1:${port}`));
    const send = async (options: Parameters<Client['request']>[0]) => (await client.request(options)).body.text();
    await send({ path: '/?q=1', method: 'GET' });
    await send({ path: '/', method: 'POST', body: 'text', headers: { 'X-A': '1', 'x-many': ['a', 'b'] } });
    await send({ path: '/', method: 'PUT', body: Readable.from(['a', 'b']), headers: ['X-Raw', '1'] });
    await send({ path: '/', method: 'DELETE', query: { a: 1 }, headers: { traceparent: '00-1-2-01' } });
    await undiciFetch(`http://127.0.0.1:${port}/fetch`, { dispatcher: client }).then((response) => response.text());
  },
  async request(stage) {
    const url = await serveAll(stage);
    const dispatcher = open(stage, new Agent());
    for (const path of ['/', '/500', '/redirect', '/trailers', '/5']) {
      const { statusCode, headers, body, trailers, opaque, context } = await request(url + path, {
        dispatcher,
        opaque: 'mine',
      });
      stage.see(
        path,
        statusCode,
        Object.keys(headers),
        await body.text(),
        trailers,
        opaque,
        Object.keys(context ?? {}),
        body.bodyUsed,
      );
      await seeSettled(stage.see, 'again', body.text());
    }
    const answer = await request(url, { dispatcher });
    seeShape(stage.see, 'body', answer.body);
    await answer.body.dump();
    await new Promise<void>((resolve) => {
      new Client(url).request({ path: '/', method: 'GET' }, (error, data) => {
        stage.see('callback', error, data?.statusCode);
        data?.body.dump().then(() => resolve());
      });
    });
  },
  async 'stream, pipeline and connect'(stage) {
    const url = await serveAll(stage);
    const dispatcher = open(stage, new Agent());
    let text = '';
    const into = new Writable({
      write: (chunk, _encoding, done) => {
        text += chunk;
        return done();
      },
    });
    const result = await stream(url, { dispatcher, method: 'GET', opaque: into }, ({ statusCode, opaque }) => {
      stage.see(statusCode);
      return opaque as Writable;
    });
    stage.see(text, Object.keys(result));
    const duplex = pipeline(`${url}/echo`, { dispatcher, method: 'POST' }, ({ body }) => body.pipe(new PassThrough()));
    watch(stage.side('duplex'), 'duplex', duplex);
    stage.see((await duplex.end('through').toArray()).map(String).join(''));
    const client = open(stage, new Client(url));
    await seeSettled(
      stage.see,
      'upgrade',
      client.upgrade({ path: '/', protocol: 'echo' }).then(() => 'upgraded'),
    );
  },
  async 'pool: order and queue'(stage) {
    const pool = open(stage, new Pool(await serveAll(stage), { connections: 1 }));
    const order: string[] = [];
    const get = (path: string) =>
      pool.request({ path, method: 'GET' }).then(async ({ body }) => void order.push(await body.text()));
    const all = ['/30', '/5', '/15'].map(get);
    stage.see(pool.stats.connected, pool.stats.queued + pool.stats.pending, pool.stats.running);
    await Promise.all(all);
    stage.see(order, pool.closed, pool.destroyed);
    await pool.close();
    await seeSettled(stage.see, 'closed', pool.request({ path: '/', method: 'GET' }));
    stage.see(pool.closed, pool.destroyed);
  },
  async events(stage) {
    const client = open(stage, new Client(await serveAll(stage), { pipelining: 2 }));
    watch(stage.see, 'client', client);
    await Promise.all(
      ['/5', '/'].map((path) => client.request({ path, method: 'GET' }).then(({ body }) => body.text())),
    );
    await client.close();
    const failing = open(stage, new Client('http://127.0.0.1:1'));
    watch(stage.side('failing'), 'client', failing);
    await seeSettled(stage.see, 'refused', failing.request({ path: '/', method: 'GET' }));
    seeShape(stage.see, 'client', client);
  },
  async 'errors of calls'(stage) {
    const client = open(stage, new Client(await serveAll(stage)));
    for (const options of [
      { path: 'nowhere', method: 'GET' },
      { path: '/', method: 'A B' },
      { path: '/', method: 'GET', headers: { 'a b': '1' } },
      { path: '/', method: 'GET', headers: { a: 'x\ny' } },
      { path: '/', method: 'GET', body: 7 },
      { path: '/', method: 'POST', body: 'x', headers: { 'content-length': '9' } },
      { path: '/', method: 'GET', signal: 'x' },
    ] as never[])
      await seeSettled(stage.see, JSON.stringify(options), client.request(options));
    await seeTurns(stage.see, 'invalid', client.request({ path: 'nowhere', method: 'GET' }));
    seeCall(stage.see, 'bad URL', () => new Client('nonsense'));
    seeCall(stage.see, 'bad option', () => new Pool('http://x', { connections: -1 }));
    seeCall(stage.see, 'bad dispatch', () => client.dispatch({ path: '/', method: 'GET' }, {} as never));
  },
  async 'aborted and timed out'(stage) {
    const url = await serveAll(stage);
    const dispatcher = open(stage, new Agent());
    const hang = (options: object) => request(`${url}/hang`, { dispatcher, ...options });
    await seeSettled(stage.see, 'timeout', hang({ signal: AbortSignal.timeout(80) }));
    await seeSettled(stage.see, 'before', hang({ signal: AbortSignal.abort(new Error('mine')) }));
    await seeTurns(stage.see, 'before', hang({ signal: AbortSignal.abort() }));
    const part = await serveTcp(stage, (socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome')),
    );
    // Its own timers wake up once in a second.
    const answer = await request(`http://127.0.0.1:${part}/`, { dispatcher, bodyTimeout: 20 });
    await Promise.all([
      seeSettled(stage.side('headers'), 'headers', hang({ headersTimeout: 20 })),
      seeSettled(stage.side('body'), 'body', answer.body.text()),
    ]);
    const destroyed = await request(`http://127.0.0.1:${part}/`, { dispatcher });
    destroyed.body.on('error', (error) => stage.see('destroyed', error)).destroy(new Error('mine'));
    await once(destroyed.body, 'close').catch(() => {});
  },
  async 'broken servers'(stage) {
    const dispatcher = open(stage, new Agent());
    for (const answer of [
      'nonsense\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort',
    ]) {
      const port = await recordWire(stage, [answer]);
      const got = request(`http://127.0.0.1:${port}/`, { dispatcher });
      await seeSettled(
        stage.see,
        'body',
        got.then(({ body }) => body.text()),
      );
    }
    const reset = await serveTcp(stage, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    await seeSettled(stage.see, 'reset', request(`http://127.0.0.1:${reset}/`, { dispatcher }));
    await seeSettled(stage.see, 'refused', request('http://127.0.0.1:1/', { dispatcher }));
    await seeSettled(stage.see, 'unknown', request('http://no-such-host.invalid/', { dispatcher }));
  },
  async 'interceptors and retries'(stage) {
    const url = await serveAll(stage);
    const plain = open(stage, new Agent());
    const composed = plain.compose(interceptors.redirect({ maxRedirections: 2 }), interceptors.responseError());
    const { statusCode, body } = await request(`${url}/redirect`, { dispatcher: composed });
    stage.see(statusCode, await body.text());
    await seeSettled(stage.see, 'response error', request(`${url}/500`, { dispatcher: composed }));
    const retrying = open(stage, new RetryAgent(open(stage, new Agent()), { maxRetries: 1, minTimeout: 5 }));
    await seeSettled(stage.see, 'retried', request(`${url}/500`, { dispatcher: retrying }));
  },
  async 'settle order'(stage) {
    const url = await serveAll(stage);
    const dispatcher = open(stage, new Agent());
    const get = (path: string) => request(url + path, { dispatcher }).then(({ body }) => body.text());
    await seeOrder(stage.see, {
      slow: get('/150'),
      quick: get('/5'),
      invalid: request('http://x', { dispatcher, method: 'A B' as never }),
      aborted: request(`${url}/hang`, { dispatcher, signal: AbortSignal.timeout(50) }),
      pause: pause(100),
    });
    await get('/').then(() => seeTurn(stage.see, 'after a request'));
  },
};
