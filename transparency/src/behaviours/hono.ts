import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve as serveNode } from '@hono/node-server';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { stream, streamSSE } from 'hono/streaming';
import { timeout } from 'hono/timeout';
import { seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeListeners, seeShape } from '../see/watch.ts';
import { exchangeBytes, pause } from '../see/wire.ts';

async function start(stage: Stage, app: Hono): Promise<number> {
  const server = serveNode({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  seeListeners(stage.side('server'), 'server', server);
  stage.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

export const behaviours: Behaviours = {
  async 'wire: answers of all kinds'(stage) {
    const app = new Hono();
    app.get('/text', (c) => c.text('text'));
    app.get('/json', (c) => c.json({ a: 1 }, 201, { 'x-a': '1' }));
    app.get('/html', (c) => c.html('<p>html</p>'));
    app.get('/body', (c) => c.body(new Uint8Array([65, 66])));
    app.get('/redirect', (c) => c.redirect('/text'));
    app.get('/late', async (c) => {
      await pause(70);
      return c.text('late');
    });
    app.get('/stream', (c) =>
      stream(c, async (out) => {
        await out.write('a');
        await out.write('b');
      }),
    );
    app.get('/events', (c) => streamSSE(c, async (out) => out.writeSSE({ data: 'x', event: 'mine' })));
    app.get('/params/:a', (c) => c.json([c.req.param(), c.req.query(), c.req.path]));
    app.get('/slow', timeout(20), async (c) => {
      await pause(60);
      return c.text('never');
    });
    const port = await start(stage, app);
    for (const path of [
      '/text',
      '/json',
      '/html',
      '/body',
      '/redirect',
      '/late',
      '/stream',
      '/events',
      '/params/1?x=y',
      '/slow',
      '/none',
    ])
      stage.see(path, await exchangeBytes(port, get(path)));
    stage.see(await exchangeBytes(port, get('/text').replace('GET', 'HEAD')));
  },
  async bodies(stage) {
    const app = new Hono();
    app.post('/json', async (c) => c.json(await c.req.json()));
    app.post('/text', async (c) => c.text(await c.req.text()));
    app.post('/form', async (c) => c.json(await c.req.parseBody()));
    const port = await start(stage, app);
    const post = (path: string, body: string, type: string) =>
      exchangeBytes(
        port,
        `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    stage.see(await post('/json', '{"a":1}', 'application/json'));
    stage.see(await post('/text', 'text', 'text/plain'));
    stage.see(await post('/form', 'a=1&b=2', 'application/x-www-form-urlencoded'));
  },
  async 'order of middleware'(stage) {
    const app = new Hono();
    app.use(async (c, next) => {
      stage.see('down', c.req.path);
      await next();
      stage.see('up', c.res.status, c.error?.message);
      c.header('x-up', '1');
    });
    app.get('/', async (c) => {
      await seeTurn(stage.see, 'handler');
      return c.text('x');
    });
    app.notFound((c) => c.text('none of mine', 404));
    const port = await start(stage, app);
    for (const path of ['/', '/else']) stage.see(await exchangeBytes(port, get(path)));
  },
  async errors(stage) {
    const app = new Hono();
    app.onError((error, c) => {
      stage.see(error);
      return error instanceof HTTPException ? error.getResponse() : c.text('handled', 500);
    });
    app.get('/throws', () => {
      throw new TypeError('thrown');
    });
    app.get('/rejects', async () => {
      await pause(1);
      throw new HTTPException(403, { message: 'not you' });
    });
    const port = await start(stage, app);
    for (const path of ['/throws', '/rejects']) stage.see(await exchangeBytes(port, get(path)));
  },
  async 'aborted by the caller'(stage) {
    const see = stage.side('server');
    const app = new Hono();
    app.get('/', async (c) => {
      c.req.raw.signal.addEventListener('abort', () => see('abort', c.req.raw.signal.reason));
      await pause(140);
      see('goes on', c.req.raw.signal.aborted);
      return c.text('nobody reads it');
    });
    const port = await start(stage, app);
    await seeSettled(stage.see, 'fetch', fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(70) }));
    await pause(120);
  },
  async 'objects of an exchange'(stage) {
    const app = new Hono<{ Bindings: { incoming: object; outgoing: object } }>();
    app.get('/', (c) => {
      seeShape(stage.see, 'context', c);
      seeShape(stage.see, 'incoming', c.env.incoming);
      seeShape(stage.see, 'outgoing', c.env.outgoing);
      return c.text('x');
    });
    const port = await start(stage, app as unknown as Hono);
    await exchangeBytes(port, get('/'));
    const answer = await (app as unknown as Hono).request('/none');
    stage.see(answer.status, await answer.text());
  },
};
