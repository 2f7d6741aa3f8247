import assert from 'node:assert/strict';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestRecord } from '../recorder/request-record.ts';
import { httpServerProbe } from './http-server.ts';
import { TestKit } from './testing/kit.ts';

/** More than the system's socket buffers take. */
const LARGE = Buffer.alloc(32_000_000, 'text');

class ServerKit extends TestKit {
  readonly begun: RequestRecord[] = [];

  override setDeadline(request?: RequestRecord): void {
    if (request !== undefined) this.begun.push(request);
  }

  downloads() {
    const record = this.begun.at(-1);
    if (record === undefined) throw new Error('no request began');
    return this.cut(record).opsOf('download');
  }
}

/** A server and a caller that takes nothing of the body for 150 ms. */
async function readLate(t: TestContext, listener: RequestListener): Promise<{ kit: ServerKit; body: IncomingMessage }> {
  const kit = new ServerKit();
  kit.install((done) => t.after(done), httpServerProbe);
  t.after(() => assert.deepEqual(kit.failures, []));
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = await new Promise<IncomingMessage>((resolve) => http.get(url, resolve));
  await sleep(150);
  return { kit, body };
}

describe('a response', () => {
  it('is waited for until the caller has taken it', async (t) => {
    const { kit, body } = await readLate(t, (_request, response) => response.end(LARGE));
    const [open] = kit.downloads();
    assert.equal(open?.end, undefined);
    assert.equal(open?.detail.complete, true);
    assert.ok((open?.detail.unsentBytes ?? 0) > 0);
    assert.equal((await buffer(body)).length, LARGE.length);
    await sleep(20);
    const [op, ...more] = kit.downloads();
    assert.deepEqual(more, []);
    assert.ok(op?.end !== undefined && op.end - op.start > 100e6, 'the caller took its time');
  });

  it('is waited for while its stream stands still', async (t) => {
    const pieces = Array.from({ length: 32 }, () => LARGE.subarray(0, 1_000_000));
    const { kit, body } = await readLate(t, (_request, response) => Readable.from(pieces).pipe(response));
    assert.equal(kit.downloads().at(-1)?.detail.complete, false);
    await buffer(body);
    await sleep(20);
    const total = kit.downloads().reduce((sum, { start, end = start }) => sum + end - start, 0);
    assert.ok(total > 100e6, 'the stream stood still');
  });

  it('is nothing to wait for when the system takes it at once', async (t) => {
    const { kit, body } = await readLate(t, (_request, response) => response.end('small'));
    assert.equal(String(await buffer(body)), 'small');
    assert.equal(kit.begun[0]?.download, undefined);
  });
});
