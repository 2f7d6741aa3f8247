import assert from 'node:assert/strict';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { freePort } from '@holdup/testkit';
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

const ON_SOCKET = ['http.request-write', 'http.first-byte', 'http.body'];

function agentFor(test: TestScope, options: http.AgentOptions): http.Agent {
  const agent = new http.Agent(options);
  test.after(() => agent.destroy());
  return agent;
}

/** Reads the whole response. */
function ended(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response)).resume();
    });
    request.end();
  });
}

const get = (options: RequestOptions) => ended(http.request(options));

describe('http.request', () => {
  it('has its phases in order, from the lookup to the last byte', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(100, 100));
    const recorded = await kit.record(() =>
      get({ host: 'api.test', port, path: '/orders/17?token=secret', auth: 'user:secret', lookup: slowLookup(50) }),
    );
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    const accounts = accountsOf(op).filter((account) => account !== 'http.socket-queue');
    assert.deepEqual(accounts, ['dns', 'tcp', ...ON_SOCKET]);
    const ms = recorded.ms(op);
    assertAbout(ms.dns, 50, 'the lookup');
    assertAbout(ms['http.first-byte'], 100, 'the first byte');
    assertAbout(ms['http.body'], 100, 'the body');
    assert.equal(op.name, `GET http://api.test:${port}/orders/:id`);
    const { origin, host, library, status, bodyBytes, socket } = op.detail;
    const origins = [`http://api.test:${port}`, `api.test:${port}`];
    assert.deepEqual([origin, host, library, status, bodyBytes], [...origins, 'node:http', 200, 20]);
    assert.deepEqual([socket?.reused, socket?.remote], [false, `127.0.0.1:${port}`]);
  });

  it('splits a first call over https into tcp and tls', async (t) => {
    const kit = outgoingKit(t);
    const { port, ca } = await serveHttps(t, slowHandler(30, 0));
    const slowPort = await delayBytes(t, port, 120);
    const recorded = await kit.record(() =>
      ended(https.request({ host: 'localhost', port: slowPort, ca, agent: false, lookup: slowLookup(40) })),
    );
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    const accounts = accountsOf(op).filter((account) => account !== 'http.socket-queue');
    assert.deepEqual(accounts, ['dns', 'tcp', 'tls', ...ON_SOCKET]);
    assertAbout(recorded.ms(op).tls, 120, 'the handshake');
    assert.equal(op.detail.origin, `https://localhost:${slowPort}`);
    assert.equal(recorded.ops.length, 1);
  });

  it('queues behind maxSockets on the request that waits, and reuses the socket with its age', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(100, 0));
    const agent = agentFor(t, { keepAlive: true, maxSockets: 1 });
    const call = () => get({ host: '127.0.0.1', port, agent });
    const background = call();
    const requests = [kit.begin(), kit.begin()];
    const calls = requests.map((request) => kit.context.run(request, call));
    await pause(50);
    for (const request of requests) {
      const waiting = kit.cut(request).op('http-client');
      assert.deepEqual([waiting.end, accountsOf(waiting).at(-1)], [undefined, 'http.socket-queue']);
      assert.equal(waiting.detail.socketLimit, 1);
    }
    await Promise.all([background, ...calls]);
    for (const [index, request] of requests.entries()) {
      const recorded = kit.cut(request);
      const op = recorded.op('http-client');
      assertWhole(recorded, op);
      assertAbout(recorded.ms(op)['http.socket-queue'], 100 * (index + 1), `call ${index} in the queue`);
      assertAbout(recorded.ms(op)['http.first-byte'], 100, `call ${index} at the peer`);
    }
    await pause(40);
    const recorded = await kit.record(call);
    const { socket } = recorded.op('http-client').detail;
    assert.equal(socket?.reused, true);
    assertAbout((socket?.age ?? 0) / 1e6, 330, 'the age');
  });

  it('books a request of the background on nobody, whoever hands it its socket', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(40, 0));
    const agent = agentFor(t, { keepAlive: true, maxSockets: 1 });
    const request = kit.begin();
    const call = kit.context.run(request, () => get({ host: '127.0.0.1', port, agent }));
    await Promise.all([call, get({ host: '127.0.0.1', port, agent })]);
    assert.equal(kit.cut(request).ops.length, 1);
  });

  it('shows the connection under way', async (t) => {
    const kit = outgoingKit(t);
    const port = await fullBacklog(t);
    const request = kit.begin();
    const call = kit.context.run(request, () => http.get({ host: '127.0.0.1', port, agent: false }));
    call.on('error', () => {});
    t.after(() => call.destroy());
    await pause(150);
    const recorded = kit.cut(request);
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assert.deepEqual([op.end, accountsOf(op).at(-1)], [undefined, 'tcp']);
    assertAbout(recorded.ms(op).tcp, 140, 'the connect so far');
    assert.equal(op.detail.socket?.attempts[0]?.result, 'open');
  });

  it('keeps what failed: refused, reset, aborted, timed out', async (t) => {
    const kit = outgoingKit(t);
    const resetting = await serveTcp(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const slow = await serveHttp(t, slowHandler(2_000, 0));
    const failureOf = async (work: () => Promise<unknown>) => {
      const recorded = await kit.record(() => work().catch(() => {}));
      const op = recorded.op('http-client');
      assertWhole(recorded, op);
      assert.ok(op.end !== undefined);
      return { code: op.failure?.code, timeout: op.failure?.timeout, aborted: op.failure?.aborted };
    };
    const host = '127.0.0.1';
    const refusing = await freePort();
    const refused = await failureOf(() => get({ host, port: refusing }));
    assert.deepEqual(refused, { code: 'ECONNREFUSED', timeout: false, aborted: false });
    const reset = await failureOf(() => get({ host, port: resetting }));
    assert.deepEqual(reset, { code: 'ECONNRESET', timeout: false, aborted: false });
    const bySignal = await failureOf(() => get({ host, port: slow, signal: AbortSignal.timeout(50) }));
    assert.deepEqual([bySignal.timeout, bySignal.aborted], [true, false]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const aborted = await failureOf(() => get({ host, port: slow, signal: controller.signal }));
    assert.deepEqual(aborted, { code: 'ABORT_ERR', timeout: false, aborted: true });
    const bySocket = await failureOf(async () => {
      const request = http.request({ host, port: slow, timeout: 50 });
      request.on('timeout', () => request.destroy());
      await ended(request);
    });
    assert.deepEqual(bySocket, { code: 'ECONNRESET', timeout: true, aborted: false });
  });

  it('counts the calls over a socket, the one that found it closed too', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (request, response) => {
      if (request.url === '/reset') request.socket.resetAndDestroy();
      else response.end('x');
    });
    const agent = agentFor(t, { keepAlive: true, maxSockets: 1 });
    const get = (path: string) => () => ended(http.get({ port, host: '127.0.0.1', path, agent }));
    await kit.record(get('/'));
    const second = await kit.record(get('/'));
    await pause(60);
    const last = await kit.record(() => get('/reset')().catch(() => {}));
    const op = last.op('http-client');
    assert.equal(second.op('http-client').detail.socket?.uses, 1);
    assert.deepEqual([op.failure?.code, op.detail.socket?.reused, op.detail.socket?.uses], ['ECONNRESET', true, 2]);
    assertAbout((op.detail.socket?.idle ?? 0) / 1e6, 60, 'the time since the last answer');
  });

  it('knows a timeout set later, and takes no socket timeout of an agent for one', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, slowHandler(60, 0));
    const agent = agentFor(t, { keepAlive: true, timeout: 4_000 });
    const timeoutsOf = async (ms?: number) => {
      const record = kit.begin();
      record.deadlineAt = record.start;
      const answer = kit.context.run(record, () => {
        const request = http.get({ port, host: '127.0.0.1', agent });
        if (ms !== undefined) request.setTimeout(ms, () => {});
        return ended(request);
      });
      await pause(30);
      const open = kit.cut(record).op('http-client').detail.timeoutMs;
      await answer;
      return [open, kit.cut(record).op('http-client').detail.timeoutMs];
    };
    assert.deepEqual(await timeoutsOf(3_000), [3_000, 3_000]);
    assert.deepEqual(await timeoutsOf(), [undefined, undefined]);
  });

  it('keeps a body that was cut off', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => {
      response.write('half');
      setTimeout(() => response.destroy(), 50);
    });
    const recorded = await kit.record(() => get({ host: '127.0.0.1', port }).catch(() => {}));
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assertAbout(recorded.ms(op)['http.body'], 50, 'the body');
    assert.deepEqual([op.failure?.code, op.detail.bodyBytes], ['ECONNRESET', 4]);
  });

  it('ends a body as it came over the wire, not when it is read', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end('small'));
    const recorded = await kit.record(async () => {
      const response = await new Promise<IncomingMessage>((resolve) => http.get({ host: '127.0.0.1', port }, resolve));
      await pause(150);
      response.resume();
      await new Promise((resolve) => response.on('end', resolve));
    });
    assert.ok((recorded.ms(recorded.op('http-client'))['http.body'] ?? 0) < 100);
  });

  it('ends at its headers as long as nobody reads a large body', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end(Buffer.alloc(8 << 20)));
    const request = kit.begin();
    const response = await kit.context.run(
      request,
      () => new Promise<IncomingMessage>((resolve) => http.get({ host: '127.0.0.1', port, agent: false }, resolve)),
    );
    await pause(50);
    const unread = kit.cut(request).op('http-client');
    assert.deepEqual([unread.end !== undefined, accountsOf(unread).at(-1)], [true, 'http.first-byte']);
    for await (const _chunk of response);
    assert.equal(accountsOf(kit.cut(request).op('http-client')).at(-1), 'http.body');
  });

  it('records uploads, 100-continue, upgrades, and requests without an agent', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (request, response) => {
      request.resume().on('end', () => response.end());
    });
    const host = '127.0.0.1';
    const uploaded = await kit.record(async () => {
      const request = http.request({ host, port, method: 'POST', headers: { expect: '100-continue' } });
      await new Promise((resolve) => request.once('continue', resolve));
      request.write('first');
      await pause(80);
      await ended(request);
    });
    const upload = uploaded.op('http-client');
    assertWhole(uploaded, upload);
    assertAbout(uploaded.ms(upload)['http.request-write'], 80, 'writing the request');

    const upgrading = await serveTcp(t, (socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      ),
    );
    const upgraded = await kit.record(async () => {
      const request = http.get({ host, port: upgrading, headers: { connection: 'upgrade', upgrade: 'x' } });
      const socket = await new Promise<net.Socket>((resolve) =>
        request.once('upgrade', (_response, it) => resolve(it)),
      );
      socket.destroy();
    });
    assert.deepEqual(
      upgraded.opsOf('http-client').map(({ end, detail }) => [end !== undefined, detail.status]),
      [[true, 101]],
    );

    const bare = await kit.record(() => get({ host, port, createConnection: () => net.connect(port, host) }));
    assertWhole(bare, bare.op('http-client'));
    assert.equal(bare.op('http-client').detail.origin, `http://${host}:${port}`);
    assert.equal(bare.ops.length, 1);
  });

  it('finds the sockets of agents that make them in their own way', async (t) => {
    const kit = outgoingKit(t);
    const { port, ca } = await serveHttps(t, slowHandler(20, 0));
    /** Like agent-base: asks for its socket later, then TLS over a socket that stands. */
    class TunnelAgent extends https.Agent {
      override createConnection(_options: unknown, callback: unknown): undefined {
        const made = callback as (error: Error | null, socket: net.Socket) => void;
        setTimeout(() => {
          const under = net.connect(port, '127.0.0.1', () => {
            made(null, tls.connect({ socket: under, servername: 'localhost', ca }));
          });
        }, 50);
        return undefined;
      }
    }
    const agent = new TunnelAgent({ keepAlive: false });
    const recorded = await kit.record(() => ended(https.request({ host: 'localhost', port, agent })));
    const op = recorded.op('http-client');
    assertWhole(recorded, op);
    assert.equal(recorded.ops.length, 1, 'the socket is no op of its own');
    const accounts = accountsOf(op).filter((account) => account !== 'http.socket-queue');
    assert.deepEqual(accounts, ['tcp', 'tls', ...ON_SOCKET]);
    assertAbout(recorded.ms(op)['http.socket-queue'], 50, 'waiting for the agent');
  });
});
