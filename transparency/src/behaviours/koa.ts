import http from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import { seeCall, seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeListeners, seeShape } from '../see/watch.ts';
import { exchangeBytes, listen, pause } from '../see/wire.ts';

function start(stage: Stage, build: (app: Koa) => void): Promise<number> {
  const app = new Koa();
  app.on('error', (error) => stage.side('app')(error));
  build(app);
  return listen(stage, http.createServer(app.callback()));
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

export const behaviours: Behaviours = {
  async 'wire: answers of all kinds'(stage) {
    const port = await start(stage, (app) => {
      const bodies: Record<string, () => unknown> = {
        '/text': () => 'text',
        '/html': () => '<p>html</p>',
        '/json': () => ({ a: 1 }),
        '/bytes': () => Buffer.from('bytes'),
        '/stream': () => Readable.from(['a', 'b']),
        '/web': () => new Response('web'),
        '/blob': () => new Blob(['blob']),
        '/null': () => null,
      };
      app.use(async (ctx) => {
        if (ctx.path === '/redirect') return ctx.redirect('/text');
        if (ctx.path === '/status') ctx.status = 418;
        else if (ctx.path === '/late') await pause(70).then(() => ctx.set('x-late', '1'));
        const body = bodies[ctx.path];
        if (body !== undefined) ctx.body = body() as string;
      });
    });
    for (const path of [
      '/text',
      '/html',
      '/json',
      '/bytes',
      '/stream',
      '/web',
      '/blob',
      '/null',
      '/redirect',
      '/status',
      '/late',
      '/none',
    ])
      stage.see(path, await exchangeBytes(port, get(path)));
    stage.see(await exchangeBytes(port, get('/json').replace('GET', 'HEAD')));
  },
  async 'order of middleware'(stage) {
    const port = await start(stage, (app) => {
      app.use(async (ctx, next) => {
        stage.see('down', ctx.url);
        await next();
        stage.see('up', ctx.status, ctx.body);
      });
      const router = new Router({ prefix: '/shop/:shop' });
      router.param('name', async (value, _ctx, next) => {
        stage.see('param', value);
        return next();
      });
      router.get('order', '/:name', async (ctx) => {
        await seeTurn(stage.see, 'handler');
        ctx.body = [ctx.params, ctx.query, String((ctx as { _matchedRoute?: unknown })._matchedRoute)];
      });
      app.use(router.routes()).use(router.allowedMethods());
      stage.see(router.url('order', { shop: 1, name: 2 }));
    });
    stage.see(await exchangeBytes(port, get('/shop/1/last?x=y')));
    stage.see(await exchangeBytes(port, get('/shop/1/last').replace('GET', 'PUT')));
    stage.see(await exchangeBytes(port, get('/else')));
  },
  async errors(stage) {
    const port = await start(stage, (app) => {
      app.use(async (ctx) => {
        if (ctx.path === '/throw') ctx.throw(403, 'not you', { extra: 1 });
        if (ctx.path === '/error') throw new TypeError('unexpected');
        if (ctx.path === '/string') throw 'a string';
        if (ctx.path === '/exposed')
          throw Object.assign(new Error('told'), { expose: true, status: 409, headers: { 'x-e': '1' } });
        if (ctx.path === '/stream')
          ctx.body = new Readable({
            read() {
              this.destroy(new Error('in the stream'));
            },
          });
        if (ctx.path === '/status') seeCall(stage.see, 'status', () => (ctx.status = 9_999));
        if (ctx.path === '/assert')
          (ctx.assert as (value: unknown, status: number, text: string) => void)(false, 401, 'asserted');
      });
    });
    for (const path of ['/throw', '/error', '/string', '/exposed', '/stream', '/status', '/assert'])
      stage.see(path, await exchangeBytes(port, get(path)));
    seeCall(stage.see, 'middleware', () => new Koa().use('nonsense' as never));
  },
  async 'aborted by the caller'(stage) {
    const see = stage.side('server');
    const port = await start(stage, (app) => {
      app.use(async (ctx) => {
        ctx.res.on('close', () => see('close', ctx.res.writableFinished));
        await pause(140);
        see('goes on', ctx.writable, ctx.req.destroyed);
        ctx.body = 'nobody reads it';
      });
    });
    await seeSettled(stage.see, 'fetch', fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(70) }));
    await pause(120);
  },
  async 'objects of an exchange'(stage) {
    const port = await start(stage, (app) => {
      app.use((ctx) => {
        seeShape(stage.see, 'ctx', ctx);
        seeShape(stage.see, 'req', ctx.req);
        seeShape(stage.see, 'res', ctx.res);
        stage.see(ctx.toJSON());
        ctx.body = 'x';
      });
      seeShape(stage.see, 'app', app);
    });
    await exchangeBytes(port, get('/'));
  },
  async 'own contexts'(stage) {
    const storage = new Koa({ asyncLocalStorage: true });
    storage.use(async (ctx) => {
      await pause(1);
      stage.see(storage.currentContext === ctx);
      ctx.body = 'x';
    });
    const server = http.createServer(storage.callback());
    const port = await listen(stage, server);
    seeListeners(stage.see, 'server', server);
    stage.see(await exchangeBytes(port, get('/')), storage.currentContext);
  },
};
