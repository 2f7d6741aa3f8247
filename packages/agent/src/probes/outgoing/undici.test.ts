import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@holdup/testkit';
import * as undici from 'undici';
import { accountsOf, assertAbout, assertWhole } from '../testing/bounds.ts';
import { outgoingKit, type TestScope } from '../testing/outgoing.ts';
import {
  delayBytes,
  fullBacklog,
  serveHttp,
  serveHttps,
  serveTcp,
  slowHandler,
  slowLookup,
} from '../testing/servers.ts';

const ON_SOCKET = ['http.first-byte', 'http.body'];

function agentFor(test: TestScope, options: undici.Agent.Options = {}): undici.Agent {
  const agent = new undici.Agent(options);
  test.after(() => agent.destroy());
  return agent;
}

describe('fetch of this Node', () => {
  it('has its phases in order, from the lookup to the last byte', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(100, 100));
    const url = `http://localhost:${port}/orders/17?token=secret`;
    const recorded = await kit.record(async () => (await fetch(url)).text());
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    const accounts = accountsOf(op).filter((account) => account !== 'http.socket-queue');
    assert.deepEqual(accounts, ['dns', 'tcp', ...ON_SOCKET]);
    assertAbout(recorded.ms(op)['http.first-byte'], 100, 'the first byte');
    assertAbout(recorded.ms(op)['http.body'], 100, 'the body');
    assert.equal(op.name, `GET http://localhost:${port}/orders/:id`);
    const { method, origin, host, library, status, bodyBytes, socket } = op.detail;
    const origins = [`http://localhost:${port}`, `localhost:${port}`];
    assert.deepEqual([method, origin, host, library, status], ['GET', ...origins, 'undici', 200]);
    assert.ok((bodyBytes ?? 0) >= 20, `${bodyBytes} bytes in five drops`);
    assert.deepEqual([socket?.reused, socket?.remote], [false, `127.0.0.1:${port}`]);
    assert.match(socket?.local ?? '', /^127\.0\.0\.1:\d+$/);
    assert.deepEqual(socket?.attempts.map(({ result }) => result).at(-1), 'connected');
  });

  it('says how old a reused socket is', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end('x'));
    const call = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
    await kit.record(call);
    await pause(60);
    const recorded = await kit.record(call);
    const op = recorded.op('http-client');
    assert.equal(op.detail.socket?.reused, true);
    assertAbout((op.detail.socket?.age ?? 0) / 1e6, 60, 'the age');
    assert.equal(op.detail.socket?.uses, 1);
    assertAbout((op.detail.socket?.idle ?? 0) / 1e6, 60, 'the time since the last answer');
    assert.deepEqual(accountsOf(op), ['http.socket-queue', ...ON_SOCKET]);
  });

  it('tells when a body was written', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (request, response) => request.resume().on('end', () => response.end('x')));
    const url = `http://127.0.0.1:${port}/`;
    const slow = new ReadableStream({
      async pull(controller) {
        await pause(80);
        controller.enqueue(new TextEncoder().encode('late'));
        controller.close();
      },
    });
    const recorded = await kit.record(async () => {
      await (await fetch(url, { method: 'POST', body: slow, duplex: 'half' } as RequestInit)).text();
    });
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assertAbout(recorded.ms(op)['http.request-write'], 80, 'writing the body');
  });

  it('is not recorded outside a request', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end('x'));
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const recorded = await kit.record(async () => {});
    assert.deepEqual(recorded.ops, []);
  });

  it('keeps a refused connection, with the attempt', async (t) => {
    const kit = outgoingKit(t);
    const port = await freePort();
    const recorded = await kit.record(() => fetch(`http://127.0.0.1:${port}/`).catch(() => {}));
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assert.equal(op.failure?.code, 'ECONNREFUSED');
    assert.deepEqual(
      op.detail.socket?.attempts.map(({ result, code }) => [result, code]),
      [['failed', 'ECONNREFUSED']],
    );
    assert.ok(accountsOf(op).includes('tcp'));
  });

  it('keeps a reset, an abort and a timeout apart', async (t) => {
    const kit = outgoingKit(t);
    const resetting = await serveTcp(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const slow = await serveHttp(t, slowHandler(2_000, 0));
    const failureOf = async (port: number, signal?: AbortSignal) => {
      const init = signal === undefined ? {} : { signal };
      const recorded = await kit.record(() => fetch(`http://127.0.0.1:${port}/`, init).catch(() => {}));
      assertWhole(recorded, recorded.op('http-client'));
      return recorded.op('http-client').failure;
    };
    assert.match((await failureOf(resetting))?.code ?? '', /ECONNRESET|UND_ERR_SOCKET/);
    const timedOut = await failureOf(slow, AbortSignal.timeout(50));
    assert.deepEqual([timedOut?.timeout, timedOut?.aborted], [true, false]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const aborted = await failureOf(slow, controller.signal);
    assert.deepEqual([aborted?.timeout, aborted?.aborted], [false, true]);
  });

  it('ends when its signal aborts it, also while it still connects', async (t) => {
    const kit = outgoingKit(t);
    const port = await fullBacklog(t);
    const url = `http://127.0.0.1:${port}/`;
    // The namespace of an import is made when the library loads, here before the probe is in.
    const loaded: typeof undici = createRequire(import.meta.url)('undici');
    const abortSoon = () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 80);
      return controller.signal;
    };
    const calls: readonly [() => Promise<unknown>, boolean, number | undefined][] = [
      [() => fetch(url, { signal: AbortSignal.timeout(80) }), true, 80],
      [() => fetch(new Request(url, { signal: abortSoon() })), false, undefined],
      [() => loaded.fetch(url, { signal: AbortSignal.any([AbortSignal.timeout(80)]) }), true, undefined],
    ];
    for (const [call, timeout, timeoutMs] of calls) {
      const recorded = await kit.record(() => call().catch(() => {}));
      const op = recorded.op('http-client');
      assertWhole(recorded, op);
      assert.deepEqual([op.failure?.timeout, op.failure?.aborted, op.detail.timeoutMs], [timeout, !timeout, timeoutMs]);
      assert.equal(accountsOf(op).at(-1), 'tcp');
      assert.equal(op.detail.socket?.attempts[0]?.result, 'open');
    }
  });

  it('ends at its headers as long as nobody reads a large body', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end(Buffer.alloc(8 << 20)));
    const request = kit.begin();
    const response = await kit.context.run(request, () => fetch(`http://127.0.0.1:${port}/`));
    await pause(100);
    const unread = kit.cut(request).op('http-client');
    assert.ok(unread.end !== undefined, 'nobody waits for the body');
    assert.equal(accountsOf(unread).at(-1), 'http.first-byte');
    await response.arrayBuffer();
    const read = kit.cut(request).op('http-client');
    assert.equal(accountsOf(read).at(-1), 'http.body');
  });
});

describe('undici from npm', () => {
  it('splits a first call over https into dns, tcp and tls', async (t) => {
    const kit = outgoingKit(t);
    const { port, ca } = await serveHttps(t, slowHandler(30, 20));
    const slowPort = await delayBytes(t, port, 120);
    const dispatcher = agentFor(t, { connect: { ca, lookup: slowLookup(90) } });
    const recorded = await kit.record(async () => {
      const { body } = await undici.request(`https://localhost:${slowPort}/`, { dispatcher });
      await body.text();
    });
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    const accounts = accountsOf(op).filter((account) => account !== 'http.socket-queue');
    assert.deepEqual(accounts, ['dns', 'tcp', 'tls', ...ON_SOCKET]);
    assertAbout(recorded.ms(op).dns, 90, 'the lookup');
    assertAbout(recorded.ms(op).tls, 120, 'the handshake');
  });

  it('books waiting for the only connection of a pool as queueing, on who waits', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(100, 0));
    const pool = new undici.Pool(`http://127.0.0.1:${port}`, { connections: 1 });
    t.after(() => pool.destroy());
    const call = async () => (await pool.request({ path: '/', method: 'GET' })).body.text();
    // Three requests, one after another in the queue; each goes on in the context of the one before.
    const requests = [kit.begin(), kit.begin(), kit.begin()];
    const background = call();
    const calls = requests.map((request) => kit.context.run(request, call));
    await pause(50);
    const waiting = requests.map((request) => kit.cut(request));
    for (const recorded of waiting) {
      const op = recorded.op('http-client');
      assertWhole(recorded, op);
      assert.deepEqual([op.end, accountsOf(op).at(-1)], [undefined, 'http.socket-queue']);
      // The pool knows whom it calls; its calls need not say.
      assert.deepEqual([op.name, op.detail.host], [`GET http://127.0.0.1:${port}/`, `127.0.0.1:${port}`]);
    }
    assert.equal(waiting.at(-1)?.op('http-client').detail.socketLimit, 1);
    await Promise.all([background, ...calls]);
    for (const [index, request] of requests.entries()) {
      const recorded = kit.cut(request);
      const op = recorded.op('http-client');
      assertWhole(recorded, op);
      assert.equal(op.detail.host, `127.0.0.1:${port}`);
      assertAbout(recorded.ms(op)['http.socket-queue'], 100 * (index + 1), `call ${index} in the queue`);
      assertAbout(recorded.ms(op)['http.first-byte'], 100, `call ${index} at the peer`);
      assert.equal(op.detail.socket?.reused, false, 'it was connected while the call waited');
    }
  });

  it('knows the host of a client that was made for it', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end('x'));
    const client = new undici.Client(`http://127.0.0.1:${port}`);
    t.after(() => client.destroy());
    const recorded = await kit.record(async () => (await client.request({ path: '/x', method: 'GET' })).body.text());
    assert.equal(recorded.op('http-client').detail.host, `127.0.0.1:${port}`);
  });

  it('books redirects and retries on the request they began in', async (t) => {
    const kit = outgoingKit(t);
    let tries = 0;
    const port = await serveHttp(t, (request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/here' });
      else response.statusCode = ++tries === 2 ? 503 : 200;
      response.end();
    });
    const { redirect, retry } = undici.interceptors;
    const agent = agentFor(t, { connections: 1 });
    const dispatcher = agent.compose(redirect({ maxRedirections: 2 }), retry({ minTimeout: 10, maxRetries: 2 }));
    const get = (path: string) => async () =>
      (await undici.request(`http://127.0.0.1:${port}${path}`, { dispatcher })).body.text();
    const opener = kit.begin();
    await kit.context.run(opener, get('/first'));
    // The socket belongs to the opener's context by now.
    const recorded = await kit.record(get('/moved'));
    const statuses = recorded.opsOf('http-client').map((op) => op.detail.status);
    assert.deepEqual(statuses, [302, 503, 302, 200]);
    const targets = recorded.opsOf('http-client').map((op) => op.detail.target);
    assert.deepEqual([targets[0], targets[1]], [targets[2], targets[3]]);
    assert.notEqual(targets[0], targets[1]);
    assert.equal(kit.cut(opener).opsOf('http-client').length, 1);
  });

  it('shows the connection under way to those who wait for it', async (t) => {
    const kit = outgoingKit(t);
    const port = await fullBacklog(t);
    const dispatcher = agentFor(t);
    const request = kit.begin();
    const call = kit.context.run(request, () => undici.request(`http://127.0.0.1:${port}/`, { dispatcher }));
    call.catch(() => {});
    await pause(200);
    const recorded = kit.cut(request);
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assert.equal(op.end, undefined);
    assert.equal(accountsOf(op).at(-1), 'tcp');
    assertAbout(recorded.ms(op).tcp, 190, 'the connect so far');
    assert.deepEqual(
      op.detail.socket?.attempts.map(({ result, end }) => [result, end]),
      [['open', undefined]],
    );
  });

  it('keeps a connect timeout as the failure of attempt and call', async (t) => {
    const kit = outgoingKit(t);
    const port = await fullBacklog(t);
    // Timers of undici above a second are coarse: the bound is what counts here.
    const dispatcher = agentFor(t, { connect: { timeout: 300 } });
    const recorded = await kit.record(() =>
      undici.request(`http://127.0.0.1:${port}/`, { dispatcher }).catch((error) => {
        assert.equal(error.code, 'UND_ERR_CONNECT_TIMEOUT');
      }),
    );
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assert.equal(op.failure?.timeout, true);
    assert.equal(op.detail.socket?.attempts[0]?.result, 'timed-out');
    assert.ok((recorded.ms(op).tcp ?? 0) > 250);
  });

  it('records stream and pipeline like request', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(20, 20));
    const dispatcher = agentFor(t);
    const url = `http://127.0.0.1:${port}/`;
    const { Writable } = await import('node:stream');
    const recorded = await kit.record(async () => {
      await undici.stream(url, { dispatcher, method: 'GET' }, () => new Writable({ write: (_c, _e, done) => done() }));
      await new Promise<void>((resolve, reject) => {
        const duplex = undici.pipeline(url, { dispatcher, method: 'GET' }, ({ body }) => body);
        duplex.on('end', resolve).on('error', reject).resume().end();
      });
    });
    const ops = recorded.opsOf('http-client');
    assert.equal(ops.length, 2);
    for (const op of ops) {
      assertWhole(recorded, op);
      assert.equal(op.detail.status, 200);
      assert.ok(op.end !== undefined);
    }
  });
});
