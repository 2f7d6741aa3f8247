import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { seeCall, seeOrder, seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { ownKeys, seeListeners, seeShape } from '../see/watch.ts';
import { exchangeBytes, pause } from '../see/wire.ts';

async function start(
  stage: Stage,
  build: (app: FastifyInstance) => unknown,
  options: FastifyServerOptions = {},
): Promise<number> {
  const app = fastify(options);
  stage.after(() => app.close());
  await build(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return portOf(app);
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port;

const get = (path: string, ...headers: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

const post = (path: string, body: string, type = 'application/json') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const HOOKS = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onResponse',
] as const;

function seeHooks(app: FastifyInstance, see: See): void {
  for (const name of HOOKS)
    app.addHook(name as 'onRequest', async (_request, reply) => see(name, reply.sent, reply.raw.headersSent));
  app.addHook('onError', async (_request, _reply, error) => see('onError', error.message));
  app.addHook('onTimeout', async () => see('onTimeout'));
  app.addHook('onRequestAbort', async () => see('onRequestAbort'));
  app.addHook('onClose', async () => see('onClose'));
}

export const behaviours: Behaviours = {
  async 'wire: answers of all kinds'(stage) {
    const port = await start(stage, (app) => {
      app.get('/json', async () => ({ a: 1 }));
      app.get('/text', (_request, reply) => reply.send('text'));
      app.get('/empty', (_request, reply) => reply.code(204).send());
      app.get('/buffer', async () => Buffer.from('bytes'));
      app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b'])));
      app.get('/web', async () => new Response('web', { status: 203, headers: { 'x-web': '1' } }));
      app.get('/redirect', (_request, reply) => reply.redirect('/json'));
      app.get('/late', async (_request, reply) => {
        await pause(70);
        return reply.header('x-late', '1').send({ late: true });
      });
      app.get('/trailers', (_request, reply) => reply.trailer('x-sum', async () => '1').send('sum'));
      app.get('/hijack', (_request, reply) => void reply.hijack().raw.end('mine'));
      app.get('/params/:a/*', async (request) => [request.params, request.query, request.routeOptions.url]);
    });
    for (const path of [
      '/json',
      '/text',
      '/empty',
      '/buffer',
      '/stream',
      '/web',
      '/redirect',
      '/late',
      '/trailers',
      '/hijack',
      '/params/1/x?y=2',
      '/none',
    ])
      stage.see(path, await exchangeBytes(port, get(path)));
    stage.see(await exchangeBytes(port, get('/json').replace('GET', 'HEAD')));
    stage.see(await exchangeBytes(port, get('/json').replace('GET', 'PATCH')));
  },
  async 'wire: bodies'(stage) {
    const port = await start(stage, (app) => {
      app.post('/', async (request) => ({ got: request.body }));
      app.post('/limit', { bodyLimit: 4 }, async (request) => request.body);
      app.addContentTypeParser('text/mine', (_request, payload, done) => {
        let text = '';
        payload.on('data', (chunk) => (text += chunk)).on('end', () => done(null, `mine ${text}`));
      });
    });
    stage.see(await exchangeBytes(port, post('/', '{"a":[1]}')));
    stage.see(await exchangeBytes(port, post('/', 'nonsense')));
    stage.see(await exchangeBytes(port, post('/', '{"__proto__":1}')));
    stage.see(await exchangeBytes(port, post('/', 'text', 'text/mine')));
    stage.see(await exchangeBytes(port, post('/', 'x', 'image/png')));
    stage.see(await exchangeBytes(port, post('/limit', '{"long":1}')));
  },
  async 'order of hooks'(stage) {
    const port = await start(stage, (app) => {
      seeHooks(app, stage.see);
      app.get('/ok', async () => ({ ok: true }));
      app.get('/fails', async () => {
        throw new Error('in a route');
      });
      app.get('/callback', (_request, reply) => void setImmediate(() => reply.send('later')));
    });
    for (const path of ['/ok', '/fails', '/callback', '/none']) stage.see(path, await exchangeBytes(port, get(path)));
  },
  async 'aborted by the caller'(stage) {
    const see = stage.side('server');
    const port = await start(stage, (app) => {
      seeHooks(app, see);
      app.get('/', async (request) => {
        request.raw.on('close', () => see('close', request.raw.aborted));
        await pause(140);
        see('goes on');
        return 'nobody reads it';
      });
    });
    const gone = AbortSignal.timeout(70);
    await seeSettled(stage.see, 'fetch', fetch(`http://127.0.0.1:${port}/`, { signal: gone }));
    await pause(120);
  },
  async errors(stage) {
    const port = await start(stage, (app) => {
      app.get('/throws', () => {
        throw Object.assign(new Error('thrown'), { statusCode: 418, code: 'MINE' });
      });
      app.get('/twice', (_request, reply) => {
        reply.send('once');
        return reply.send('twice');
      });
      app.get('/bad', (_request, reply) => reply.code(9_999).send('x'));
      app.get('/undefined', async () => undefined);
      app.get('/cyclic', async () => {
        const cyclic: Record<string, unknown> = {};
        cyclic.self = cyclic;
        return cyclic;
      });
      app.register(async (own) => {
        own.setErrorHandler((error, _request, reply) => reply.code(500).send({ handled: error }));
        own.get('/handled', async () => Promise.reject(new TypeError('rejected')));
      });
    });
    for (const path of ['/throws', '/twice', '/bad', '/cyclic', '/handled', '/%', '/undefined'])
      stage.see(path, await exchangeBytes(port, get(path)));
  },
  async 'errors of set-up'({ see }) {
    const app = fastify();
    app.get('/', async () => 'x');
    seeCall(see, 'twice', () => app.get('/', async () => 'x') === app);
    seeCall(see, 'no handler', () => app.get('/y', undefined as never));
    seeCall(see, 'hook', () => app.addHook('nonsense' as never, async () => {}));
    seeCall(see, 'decorator', () => app.decorate('get', 1 as never) === app);
    app.register(async () => {
      throw new Error('in a plugin');
    });
    await seeSettled(
      see,
      'ready',
      app.ready().then(() => 'ready'),
    );
    await seeSettled(see, 'listen', app.listen({ port: -1 }));
    await seeSettled(see, 'close', app.close());
  },
  async inject({ see }) {
    const app = fastify({ logger: false });
    app.get('/', async (request) => ({ ip: request.ip, id: request.id, host: request.host }));
    app.get('/turn', async () => seeTurn(see, 'handler').then(() => 'x'));
    const answer = await app.inject({ url: '/', headers: { 'x-a': '1' } });
    see(answer.statusCode, answer.json(), Object.keys(answer.headers));
    see((await app.inject('/turn')).body, (await app.inject({ method: 'PUT', url: '/' })).json());
    await app.close();
  },
  async 'objects of an exchange'(stage) {
    const port = await start(stage, (app) => {
      app.get('/', async (request, reply) => {
        seeShape(stage.see, 'request', request);
        seeShape(stage.see, 'raw', request.raw);
        seeShape(stage.see, 'reply', reply);
        seeShape(stage.see, 'raw reply', reply.raw);
        return 'x';
      });
      seeListeners(stage.see, 'server', app.server);
      stage.see(ownKeys(app));
    });
    await exchangeBytes(port, get('/'));
  },
  async logs({ see }) {
    const lines: string[] = [];
    const stream = {
      write: (line: string) => void lines.push(line.replace(/"(time|pid|responseTime|remotePort)":[\d.]+,?/g, '')),
    };
    const app = fastify({ logger: { stream, base: null } });
    app.get('/', async (request) => {
      request.log.info('mine');
      return 'x';
    });
    app.get('/fails', async () => {
      throw new Error('logged');
    });
    await app.inject('/');
    await app.inject('/fails');
    see(lines.map((line) => line.replace(/\\n.*?"/g, '"').replace(/"stack":"[^"]*"/, '')).join(''));
    await app.close();
  },
  async timeouts(stage) {
    const port = await start(
      stage,
      (app) => {
        seeHooks(app, stage.side('hooks'));
        app.get('/', () => {});
      },
      { connectionTimeout: 40 },
    );
    stage.see(await exchangeBytes(port, get('/')));
  },
  async closing(stage) {
    const app = fastify({ forceCloseConnections: true });
    seeHooks(app, stage.side('hooks'));
    app.get('/', async () => {
      await pause(20);
      return 'late';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const answer = exchangeBytes(portOf(app), get('/'));
    await pause(5);
    await seeOrder(stage.see, { close: app.close(), pause: pause(60) });
    stage.see(await answer);
    await seeSettled(stage.see, 'inject', app.inject('/'));
  },
};
