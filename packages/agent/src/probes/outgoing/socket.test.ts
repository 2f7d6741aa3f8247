import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { freePort } from '@holdup/testkit';
import { accountsOf, assertAbout } from '../testing/bounds.ts';
import { outgoingKit } from '../testing/outgoing.ts';
import { delayBytes, fullBacklog, serveHttps, serveTcp, slowLookup } from '../testing/servers.ts';
import { connectionOf } from './socket.ts';

describe('sockets of no HTTP client', () => {
  it('are ops with dns and tcp, until they are connected', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveTcp(t, () => {});
    const recorded = await kit.record(async () => {
      const socket = net.connect({ host: 'db.test', port, lookup: slowLookup(60) });
      await once(socket, 'connect');
      await pause(60);
      socket.destroy();
    });
    const op = recorded.op('socket');
    assert.deepEqual([op.name, op.detail.host], [`connect to db.test:${port}`, `db.test:${port}`]);
    assert.deepEqual(accountsOf(op), ['dns', 'tcp']);
    assertAbout(recorded.ms(op).dns, 60, 'the lookup');
    assert.ok((recorded.ms(op).tcp ?? 0) < 50);
    assert.equal(op.detail.socket.remote, `127.0.0.1:${port}`);
  });

  it('have a handshake of their own, at once or later over the same socket', async (t) => {
    const kit = outgoingKit(t);
    const { port, ca } = await serveHttps(t, () => {});
    const slowPort = await delayBytes(t, port, 100);
    const atOnce = await kit.record(async () => {
      const socket = tls.connect({ host: '127.0.0.1', port: slowPort, ca });
      await once(socket, 'secureConnect');
      socket.destroy();
    });
    assert.deepEqual(accountsOf(atOnce.op('socket')), ['tcp', 'tls']);
    assertAbout(atOnce.ms(atOnce.op('socket')).tls, 100, 'the handshake');
    let begun = 0;
    const later = await kit.record(async () => {
      const socket = net.connect(slowPort, '127.0.0.1');
      await once(socket, 'connect');
      const connected = performance.now();
      await pause(20);
      begun = performance.now() - connected;
      const secure = tls.connect({ socket, servername: 'localhost', ca });
      await once(secure, 'secureConnect');
      secure.destroy();
    });
    const [connect, handshake] = later.opsOf('socket');
    assert.ok(connect !== undefined && handshake !== undefined);
    assert.deepEqual([accountsOf(connect), accountsOf(handshake)], [['tcp'], ['tls']]);
    assertAbout(later.ms(handshake).tls, 100 - begun, 'the later handshake');
    assert.equal(handshake.name, `TLS handshake with 127.0.0.1:${slowPort}`);
  });

  it('show attempt after attempt when a host has several addresses', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveTcp(t, () => {});
    const recorded = await kit.record(async () => {
      const socket = net.connect({
        host: 'two.test',
        port,
        autoSelectFamily: true,
        // Nobody listens on ::1, or the machine has no such address: either way the second one is needed.
        lookup: (_host, _options, callback) => {
          const addresses = [
            { address: '::1', family: 6 },
            { address: '127.0.0.1', family: 4 },
          ];
          setImmediate(() => callback(null, addresses));
        },
      });
      await once(socket, 'connect');
      socket.destroy();
    });
    const { attempts } = recorded.op('socket').detail.socket;
    assert.deepEqual(
      attempts.map(({ address, result }) => [address, result]),
      [
        ['::1', 'failed'],
        ['127.0.0.1', 'connected'],
      ],
    );
    assert.match(attempts[0]?.code ?? '', /ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EAFNOSUPPORT/);
    assert.ok(attempts.every(({ start, end }) => end !== undefined && end >= start));
  });

  it('give an address its time and go on to the next', async (t) => {
    const kit = outgoingKit(t);
    const port = await fullBacklog(t);
    const request = kit.begin();
    const socket = kit.context.run(request, () =>
      net.connect({
        host: 'stalled.test',
        port,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: 100,
        lookup: (_host, _options, callback) =>
          callback(null, [
            { address: '127.0.0.1', family: 4 },
            { address: '127.0.0.2', family: 4 },
          ]),
      }),
    );
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('close', resolve));
    const op = kit.cut(request).op('socket');
    assert.deepEqual(
      op.detail.socket.attempts.map(({ address, result }) => [address, result]),
      [
        ['127.0.0.1', 'timed-out'],
        ['127.0.0.2', 'failed'],
      ],
    );
    assert.deepEqual(
      op.detail.socket.attempts.map(({ cut }) => cut),
      [true, undefined],
    );
    assert.equal(accountsOf(op).at(-1), 'tcp');
    assertAbout(kit.cut(request).ms(op).tcp, 100, 'the attempts');
    assert.equal(op.failure?.timeout, true);
  });

  it('keep why they failed', async (t) => {
    const kit = outgoingKit(t);
    const port = await freePort();
    const recorded = await kit.record(async () => {
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'error');
      assert.throws(() => net.connect({ port: 70_000 }), { code: 'ERR_SOCKET_BAD_PORT' });
    });
    const ops = recorded.opsOf('socket');
    assert.deepEqual(
      ops.map(({ end, failure }) => [end !== undefined, failure?.code]),
      [
        [true, 'ECONNREFUSED'],
        [true, 'ERR_SOCKET_BAD_PORT'],
      ],
    );
  });

  it('are no ops when they are Unix sockets, nor in the background', async (t) => {
    const kit = outgoingKit(t);
    const path = join(tmpdir(), `holdup-${process.pid}.sock`);
    const server = net.createServer().listen(path);
    t.after(() => server.close());
    await once(server, 'listening');
    const recorded = await kit.record(async () => {
      const socket = net.connect(path);
      await once(socket, 'connect');
      assert.equal(connectionOf(socket)?.host, path);
      socket.destroy();
    });
    assert.deepEqual(recorded.ops, []);
    const port = await serveTcp(t, () => {});
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    assert.ok((connectionOf(socket)?.readyAt ?? -1) > 0);
    socket.destroy();
  });
});
