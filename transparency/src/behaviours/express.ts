import http from 'node:http';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { seeCall, seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { ownKeys, seeListeners, seeShape, watch } from '../see/watch.ts';
import { exchangeBytes, listen, pause } from '../see/wire.ts';

function start(stage: Stage, build: (app: Express) => void): Promise<number> {
  const app = express();
  // It writes the stacks of errors to stderr otherwise, and to the answer.
  app.set('env', 'test');
  build(app);
  return listen(stage, http.createServer(app));
}

const get = (path: string, ...headers: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

const post = (path: string, body: string, type: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const withoutFrames = (text: string) =>
  text.replaceAll(/(<br>|\\n)[^<"]*at .*?(?=<|")/g, '').replaceAll(/&nbsp;.*?(?=<)/g, '');

export const behaviours: Behaviours = {
  async 'wire: answers of all kinds'(stage) {
    const port = await start(stage, (app) => {
      app.get('/json', (_request, response) => void response.json({ a: 1 }));
      app.get('/send', (_request, response) => void response.status(201).set('x-a', '1').send('<p>text</p>'));
      app.get('/bytes', (_request, response) => void response.type('bin').send(Buffer.from('bytes')));
      app.get('/redirect', (_request, response) => void response.redirect(301, '/json'));
      app.get('/status', (_request, response) => void response.sendStatus(503));
      app.get('/cookie', (_request, response) => void response.cookie('a', 'b', { httpOnly: true }).end());
      app.get('/jsonp', (_request, response) => void response.jsonp({ a: 1 }));
      app.get('/late', async (_request, response) => {
        await pause(70);
        return void response.json({ late: true });
      });
      app.get(
        '/params/:a',
        (request, response) => void response.json([request.params, request.query, request.path, request.baseUrl]),
      );
      app.get('/file', (_request, response) =>
        response.sendFile('/no/such/file', (error) => response.send(error?.message)),
      );
      app.get(
        '/format',
        (_request, response) => void response.format({ text: () => response.send('t'), json: () => response.json(1) }),
      );
    });
    for (const path of [
      '/json',
      '/send',
      '/bytes',
      '/redirect',
      '/status',
      '/cookie',
      '/jsonp?callback=f',
      '/late',
      '/params/1?x=y',
      '/file',
      '/format',
      '/none',
    ])
      stage.see(path, await exchangeBytes(port, get(path)));
    stage.see(await exchangeBytes(port, get('/json', 'If-None-Match: W/"7-WV0BV7Jf3jOP7YEb0i0tEbFv6fc"')));
    stage.see(await exchangeBytes(port, get('/json').replace('GET', 'HEAD')));
    stage.see(await exchangeBytes(port, get('/json').replace('GET', 'OPTIONS')));
  },
  async 'wire: bodies'(stage) {
    const port = await start(stage, (app) => {
      app.use(express.json({ limit: 20 }), express.urlencoded({ extended: true }), express.text());
      app.post('/', (request, response) => void response.json({ got: request.body }));
      const handle: ErrorRequestHandler = (error, _request, response, _next) =>
        void response.status(error.status ?? 500).json({ message: error.message, type: error.type });
      app.use(handle);
    });
    stage.see(await exchangeBytes(port, post('/', '{"a":1}', 'application/json')));
    stage.see(await exchangeBytes(port, post('/', '{nonsense', 'application/json')));
    stage.see(await exchangeBytes(port, post('/', JSON.stringify('x'.repeat(40)), 'application/json')));
    stage.see(await exchangeBytes(port, post('/', 'a[b]=1&c=2', 'application/x-www-form-urlencoded')));
    stage.see(await exchangeBytes(port, post('/', 'text', 'text/plain')));
    stage.see(await exchangeBytes(port, post('/', 'x', 'image/png')));
  },
  async 'order of middleware'(stage) {
    const see = stage.see;
    const port = await start(stage, (app) => {
      const router = express.Router();
      app.use((request, response, next) => {
        see('first', request.url);
        response.on('finish', () => see('finish'));
        response.on('close', () => see('close'));
        next();
        see('first is back');
      });
      router.param('name', (_request, _response, next, value) => {
        see('param', value);
        return next();
      });
      router.get('/:name', async (request, response) => {
        see('handler', request.baseUrl, request.route.path);
        await seeTurn(see, 'handler');
        response.send('x');
      });
      app.use('/shop/:shop', router);
      app.use((_request, response) => {
        see('last');
        response.status(404).send('none');
      });
    });
    see(await exchangeBytes(port, get('/shop/1/orders')));
    see(await exchangeBytes(port, get('/else')));
  },
  async errors(stage) {
    const port = await start(stage, (app) => {
      app.get('/throws', () => {
        throw Object.assign(new Error('thrown'), { status: 418 });
      });
      app.get('/rejects', async () => {
        await pause(1);
        throw new TypeError('rejected');
      });
      app.get('/next', (_request, _response, next) => next(new Error('passed on')));
      app.get('/twice', (_request, response) => {
        response.send('once');
        seeCall(stage.see, 'twice', () => response.send('twice'));
      });
      app.get('/uri/:x', (request, response) => void response.send(request.params.x));
    });
    for (const path of ['/throws', '/rejects', '/next', '/twice', '/uri/%ff'])
      stage.see(path, withoutFrames(await exchangeBytes(port, get(path))).replace(/Content-Length: \d+/, ''));
  },
  async 'error handlers'(stage) {
    const port = await start(stage, (app) => {
      app.get('/', async () => {
        throw new RangeError('mine');
      });
      const handle: ErrorRequestHandler = (error, _request, response, next) => {
        stage.see(error);
        if (response.headersSent) next(error);
        else response.status(500).send('handled');
      };
      app.use(handle);
    });
    stage.see(await exchangeBytes(port, get('/')));
  },
  async 'aborted by the caller'(stage) {
    const see = stage.side('server');
    const port = await start(stage, (app) => {
      app.get('/', async (request, response) => {
        watch(see, 'request', request);
        watch(see, 'response', response);
        await pause(140);
        see('goes on', response.destroyed, response.writable);
        response.send('nobody reads it');
      });
    });
    await seeSettled(stage.see, 'fetch', fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(70) }));
    await pause(120);
  },
  async 'objects of an exchange'(stage) {
    const port = await start(stage, (app) => {
      app.get('/', (request, response) => {
        seeShape(stage.see, 'request', request);
        seeShape(stage.see, 'response', response);
        seeListeners(stage.see, 'socket', request.socket);
        stage.see(Object.keys(response.locals), request.ip?.replace('::ffff:', ''), request.protocol, request.fresh);
        response.end();
      });
      stage.see(ownKeys(app).sort());
    });
    await exchangeBytes(port, get('/'));
  },
  async listening(stage) {
    const app = express();
    const server = app.listen(0, '127.0.0.1');
    watch(stage.see, 'server', server);
    await new Promise((resolve) => server.on('listening', resolve));
    seeListeners(stage.see, 'server', server);
    await new Promise((resolve) => server.close(resolve));
    const failing = app.listen(1, '203.0.113.1', (error) => stage.see(error));
    await pause(5);
    failing.close();
  },
};
