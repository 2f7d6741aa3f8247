import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OPEN } from '../clock.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { httpServerProbe } from './http-server.ts';
import { TestKit } from './testing/kit.ts';

class ServerKit extends TestKit {
  readonly ended: RequestRecord[] = [];

  override finished(request?: RequestRecord): void {
    if (request !== undefined) this.ended.push(request);
  }
}

/** Sends a text to a server and returns the record of the request once the connection is gone. */
async function ask(t: TestContext, server: http.Server, text: string, hangUpAfterMs?: number): Promise<RequestRecord> {
  const kit = new ServerKit();
  kit.install((done) => t.after(done), httpServerProbe);
  t.after(() => assert.deepEqual(kit.failures, []));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket
    .on('error', () => {})
    .resume()
    .write(text);
  if (hangUpAfterMs !== undefined) setTimeout(() => socket.destroy(), hangUpAfterMs);
  await gone;
  await sleep(20);
  const [record] = kit.ended;
  assert.ok(record !== undefined);
  return record;
}

const QUESTION = 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n';
const silent = () => http.createServer(() => {});

describe('timers of the server', () => {
  it('are told from a caller that hangs up: server.timeout', async (t) => {
    const { serverTimeout, cancelledAt } = await ask(t, Object.assign(silent(), { timeout: 80 }), QUESTION);
    assert.deepEqual([serverTimeout?.limit, serverTimeout?.ms, cancelledAt], ['timeout', 80, OPEN]);
  });

  it('are told from a caller that hangs up: server.requestTimeout', async (t) => {
    const limits = { requestTimeout: 100, connectionsCheckingInterval: 20 };
    const server = http.createServer(limits, (request) => request.on('error', () => {}).resume());
    const body = 'POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc';
    const { serverTimeout, cancelledAt } = await ask(t, server, body);
    assert.deepEqual([serverTimeout?.limit, serverTimeout?.ms, cancelledAt], ['requestTimeout', 100, OPEN]);
  });

  it('are not blamed for a caller that hangs up', async (t) => {
    const { serverTimeout, cancelledAt } = await ask(t, silent(), QUESTION, 60);
    assert.equal(serverTimeout, undefined);
    assert.notEqual(cancelledAt, OPEN);
  });

  it('are not blamed when the program lets the request go on', async (t) => {
    const server = http.createServer((_request, response) => {
      setTimeout(() => response.setHeader('connection', 'close').end('late'), 250);
    });
    server.timeout = 50;
    server.on('timeout', () => {});
    const { serverTimeout, status } = await ask(t, server, QUESTION);
    assert.deepEqual([serverTimeout, status], [undefined, 200]);
  });
});
