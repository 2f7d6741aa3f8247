import assert from 'node:assert/strict';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import fastify from 'fastify';
import { OPEN } from '../clock.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { routeOf } from '../recorder/route.ts';
import { httpServerProbe } from './http-server.ts';
import { http2ServerProbe } from './http2-server.ts';
import { TestKit } from './testing/kit.ts';

/** Keeps every request that ended. */
class ServerKit extends TestKit {
  readonly ended: RequestRecord[] = [];
  readonly routes: string[] = [];

  override finished(request?: RequestRecord): void {
    if (request === undefined) return;
    this.ended.push(request);
    this.routes.push(routeOf(request));
  }
}

const kit = new ServerKit();
const uninstall: (() => void)[] = [];

before(() => {
  uninstall.push(httpServerProbe.install(kit), http2ServerProbe.install(kit));
});

after(() => {
  assert.deepEqual(kit.failures, []);
  for (const undo of uninstall) undo();
});

type Test = { after: (fn: () => void) => void };

async function listen(test: Test, server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The record of the request that ended last. */
function lastEnded(): RequestRecord {
  const record = kit.ended.at(-1);
  assert.ok(record !== undefined, 'a request ended');
  return record;
}

describe('HTTP/1 servers', () => {
  it('record a request from its headers to its response, and keep it apart from others on the connection', async (test) => {
    const seen: (string | undefined)[] = [];
    const base = await listen(
      test,
      http.createServer(async (request, response) => {
        await sleep(Number(request.url?.slice(1)));
        seen.push(kit.context.current()?.target);
        response.statusCode = 201;
        response.end('done');
      }),
    );
    await Promise.all([fetch(`${base}/40`), fetch(`${base}/20`), fetch(`${base}/30`)]);
    assert.deepEqual(seen, ['/20', '/30', '/40'], 'each handler knows its own request');
    assert.equal(lastEnded().status, 201);
    assert.ok(lastEnded().end - lastEnded().start >= 38);
    assert.equal(kit.flight.inFlight.size, 0);
  });

  it('see the caller go away', async (test) => {
    const base = await listen(
      test,
      http.createServer(async (_request, response) => {
        await sleep(200);
        response.end();
      }),
    );
    await assert.rejects(fetch(`${base}/gone`, { signal: AbortSignal.timeout(60) }));
    await sleep(50);
    const record = lastEnded();
    assert.equal(record.target, '/gone');
    assert.ok(record.cancelledAt !== OPEN && record.cancelledAt - record.start < 150);
  });

  it('follow pipelined requests', async (test) => {
    const base = await listen(
      test,
      http.createServer(async (request, response) => {
        await sleep(10);
        response.end(kit.context.current()?.target === request.url ? 'same' : 'mixed up');
      }),
    );
    const { connect } = await import('node:net');
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    const head = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    socket.write(head('/a') + head('/b') + head('/c'));
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.split('same').length === 4) break;
      assert.ok(!text.includes('mixed up'), text);
    }
  });

  it('leave listener counts and the wire as they are', async (test) => {
    const counts: number[][] = [];
    const count = (_request: unknown, response: http.ServerResponse) => {
      counts.push(['finish', 'close', 'error', 'prefinish'].map((event) => response.listenerCount(event)));
      response.end();
    };
    const base = await listen(test, http.createServer(count));
    await fetch(base);
    const watched = counts.at(-1);
    for (const undo of uninstall.splice(0)) undo();
    await fetch(base);
    assert.deepEqual(watched, counts.at(-1));
    uninstall.push(httpServerProbe.install(kit), http2ServerProbe.install(kit));
  });
});

describe('frameworks', () => {
  it('Express names the route', async (test) => {
    const app = express();
    const router = express.Router();
    router.get('/:id', (_request, response) => void response.send('ok'));
    app.use('/orders', router);
    const base = await listen(test, http.createServer(app));
    await fetch(`${base}/orders/abc?token=secret`);
    assert.equal(kit.routes.at(-1), 'GET /orders/:id');
  });

  it('Fastify names the route', async (test) => {
    const app = fastify();
    app.get('/carts/:cart', async () => 'ok');
    const base = await app.listen({ port: 0, host: '127.0.0.1' });
    test.after(() => void app.close());
    await fetch(`${base}/carts/abc`);
    assert.equal(kit.routes.at(-1), 'GET /carts/:cart');
  });
});

describe('HTTP/2 servers', () => {
  /** One request over a fresh session. */
  async function ask(base: string, path: string, cancelAfter?: number, method = 'GET'): Promise<void> {
    const session = http2.connect(base);
    const stream = session.request({ ':path': path, ':method': method });
    stream.on('error', () => {});
    stream.resume();
    if (cancelAfter !== undefined) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), cancelAfter);
    await new Promise((resolve) => stream.once('close', resolve));
    session.close();
    await sleep(30);
  }

  async function start(test: Test): Promise<string> {
    const server = http2.createServer(async (request, response) => {
      await sleep(Number(request.url.slice(1)));
      if (!response.stream.destroyed) response.end(kit.context.current()?.target ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    test.after(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('record each stream as a request', async (test) => {
    await ask(await start(test), '/30');
    const record = lastEnded();
    assert.deepEqual([record.target, record.method, record.status, record.cancelledAt], ['/30', 'GET', 200, OPEN]);
    assert.ok(record.end - record.start >= 28);
  });

  it('do not repeat a method that the caller made up', async (test) => {
    const base = await start(test);
    await ask(base, '/0', undefined, 'c4nary');
    assert.equal(lastEnded().method, '_OTHER');
    await ask(base, '/0', undefined, 'PURGE');
    assert.equal(lastEnded().method, 'PURGE');
  });

  it('see the caller cancel a stream', async (test) => {
    await ask(await start(test), '/300', 50);
    const record = lastEnded();
    assert.equal(record.target, '/300');
    assert.ok(record.cancelledAt !== OPEN && record.cancelledAt - record.start < 250);
  });
});
