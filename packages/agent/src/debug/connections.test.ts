import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Service, withService } from './testing/service.ts';

/** More than are ever kept. */
const IDLE = 200;

function connect(service: Service): net.Socket {
  const { hostname, port } = new URL(service.debugUrl);
  return net.connect(Number(port), hostname).on('error', () => {});
}

/** All that comes until the connection ends. */
function readAll(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

describe('connections to the debug endpoints', { concurrency: 2 }, () => {
  it('that ask nothing, or slowly, keep nobody out', async () => {
    await withService({}, async (service) => {
      for (const sent of ['', 'GET / HTTP/1.1\r\nHost: localhost\r\n']) {
        const idle = Array.from({ length: IDLE }, () => connect(service));
        for (const socket of idle) socket.write(sent);
        await sleep(500);
        assert.equal((await service.debug('/debug/pprof/')).status, 200);
        for (const socket of idle) socket.destroy();
      }
    });
  });

  it('may send the next question before the answer: a profile is not cut off by the pause before it', async () => {
    await withService({}, async (service) => {
      const socket = connect(service);
      const answers = readAll(socket);
      // Longer than a connection may be silent.
      socket.write(
        get('/debug/pprof/') +
          get('/debug/pprof/goroutine') +
          get('/debug/pprof/block?seconds=6', 'Connection: close\r\n'),
      );
      assert.equal((await answers).match(/HTTP\/1\.1 200 OK/g)?.length, 3);
    });
  });

  it('that go away in the middle of a profile leave the next one free', async () => {
    await withService({}, async (service) => {
      for (const path of ['profile', 'heap', 'trace']) {
        const socket = connect(service);
        socket.write(get(`/debug/pprof/${path}?seconds=60`));
        await sleep(500);
        assert.match((await service.debug('/debug/pprof/block?seconds=0.1')).text, /^one profile at a time; at work: /);
        socket.destroy();
        let status = 409;
        for (const until = Date.now() + 20_000; status === 409 && Date.now() < until; ) {
          ({ status } = await service.debug('/debug/pprof/block?seconds=0.1'));
        }
        assert.equal(status, 200, path);
      }
    });
  });

  it('say what is wrong with a question for a profile, at once', async () => {
    await withService({}, async (service) => {
      for (const seconds of ['0', '-1', '1e9', '1e-9', '0x10', 'abc', '5s', '301', '%20', 'Infinity']) {
        const { status, text } = await service.debug(`/debug/pprof/profile?seconds=${seconds}`);
        assert.equal(status, 400, seconds);
        assert.match(text, /^seconds: ".*" is not a number above 0, up to 300; write \?seconds=30\n$/);
      }
      const asText = await service.debug('/debug/pprof/heap?debug=1');
      assert.deepEqual([asText.status, asText.text.includes('go tool pprof -top')], [400, true]);
      // It would answer after a minute.
      const head = await service.debug('/debug/pprof/profile?seconds=60', {}, 'HEAD');
      assert.deepEqual([head.status, head.headers['content-length']], [200, undefined]);
      assert.equal((await service.debug('/debug/holdup')).headers.location, '/debug/pprof/');
    });
  });
});
