import assert from 'node:assert/strict';
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OPEN } from '../clock.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { http2ServerProbe } from './http2-server.ts';
import { assertAbout } from './testing/bounds.ts';
import { TestKit } from './testing/kit.ts';

class ServerKit extends TestKit {
  readonly ended: RequestRecord[] = [];

  override finished(request?: RequestRecord): void {
    if (request !== undefined) this.ended.push(request);
  }

  get last(): RequestRecord {
    const record = this.ended.at(-1);
    assert.ok(record !== undefined, 'a request ended');
    return record;
  }
}

/** The probe before the server: on Node 20 it watches those that are made after it. */
function serverKit(t: TestContext): ServerKit {
  const kit = new ServerKit();
  kit.install((done) => t.after(done), http2ServerProbe);
  t.after(() => assert.deepEqual(kit.failures, []));
  return kit;
}

async function connect(
  t: TestContext,
  server: Http2Server,
  settings: http2.Settings = {},
): Promise<ClientHttp2Session> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { settings });
  client.on('error', () => {});
  t.after(() => {
    client.destroy();
    server.close();
  });
  return client;
}

const POST = { ':method': 'POST', ':path': '/upload' };

/** A caller that sends its second half 150 ms late. */
async function sendSlowly(stream: ClientHttp2Stream): Promise<void> {
  stream.write('half ');
  await sleep(150);
  stream.end('done');
  assert.equal(await text(stream), 'half done');
  await sleep(20);
}

/** What a window of 1 kB does not take at once. */
const PAGE = 'x'.repeat(200_000);
const SMALL_WINDOW = { initialWindowSize: 1_024 };

async function readLate(stream: ClientHttp2Stream): Promise<void> {
  stream.pause();
  stream.end();
  await sleep(150);
  assert.equal((await text(stream)).length, PAGE.length);
  await sleep(20);
}

async function closed(stream: ClientHttp2Stream): Promise<void> {
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('close', resolve).resume());
  await sleep(20);
}

describe('HTTP/2 servers', () => {
  it('record for how long a body was waited for, in both APIs', async (t) => {
    const kit = serverKit(t);
    for (const server of [
      http2.createServer((req, res) => void text(req).then((body) => res.end(body))),
      http2.createServer().on('stream', (stream) => void text(stream).then((body) => stream.end(body))),
    ]) {
      const client = await connect(t, server);
      await sendSlowly(client.request({ ...POST, 'content-length': '9' }));
      const ops = kit.cut(kit.last).opsOf('upload');
      const waited = ops.reduce((sum, { start, end = start }) => sum + end - start, 0);
      assertAbout(waited / 1e6, 150, 'the upload');
      assert.deepEqual([ops[0]?.detail.bytes, ops[0]?.detail.expectedBytes], [9, 9]);
    }
  });

  it('know of no upload where there is no body, or of what gRPC streams', async (t) => {
    const kit = serverKit(t);
    const server = http2.createServer(
      (req, res) =>
        void text(req)
          .then(() => sleep(300))
          .then(() => res.end('ok')),
    );
    const client = await connect(t, server);
    for (const headers of [{ ':path': '/' }, POST, { ...POST, 'content-type': 'application/grpc' }]) {
      const stream = client.request(headers, { endStream: headers[':path'] === '/' });
      if (headers[':path'] !== '/') setTimeout(() => stream.end(), 'content-type' in headers ? 100 : 0);
      assert.equal(await text(stream), 'ok');
      await sleep(20);
      const [upload] = kit.cut(kit.last).opsOf('upload');
      const waited = upload === undefined ? 0 : ((upload.end ?? Number.NaN) - upload.start) / 1e6;
      const rest = kit.last.end - kit.last.start - waited;
      assert.ok(rest > 250, `${JSON.stringify(headers)}: ${waited} ms, and ${rest} ms after it`);
    }
  });

  it('record for how long a response was not taken, in both APIs', async (t) => {
    const kit = serverKit(t);
    for (const server of [
      http2.createServer((_req, res) => res.end(PAGE)),
      http2.createServer().on('stream', (stream) => {
        stream.write(PAGE.slice(1));
        stream.end('x');
      }),
    ]) {
      const client = await connect(t, server, SMALL_WINDOW);
      await readLate(client.request({ ':path': '/page' }));
      const ops = kit.cut(kit.last).opsOf('download');
      const taken = ops.reduce((sum, op) => sum + (op.end ?? 0) - op.start, 0) / 1e6;
      assert.ok(taken > 75, `${taken} ms`);
      assert.ok(ops.some((op) => op.detail.complete));
    }
  });

  it('tell their timers from a caller that goes away', async (t) => {
    const kit = serverKit(t);
    const idle = http2.createServer(() => {});
    idle.setTimeout(80);
    await closed((await connect(t, idle)).request({ ':path': '/slow' }));
    assert.deepEqual([kit.last.serverTimeout?.limit, kit.last.serverTimeout?.ms], ['timeout', 80]);
    assert.equal(kit.last.cancelledAt, OPEN);

    const perStream = http2.createServer().on('stream', (stream) => {
      stream.setTimeout(60, () => stream.close(http2.constants.NGHTTP2_CANCEL));
    });
    await closed((await connect(t, perStream)).request({ ':path': '/slow' }));
    assert.equal(kit.last.serverTimeout?.ms, 60);

    const patient = await connect(
      t,
      http2.createServer(() => {}),
    );
    const left = patient.request({ ':path': '/slow' });
    setTimeout(() => left.close(http2.constants.NGHTTP2_CANCEL), 50);
    await closed(left);
    assert.equal(kit.last.serverTimeout, undefined);
    assert.notEqual(kit.last.cancelledAt, OPEN);
  });
});
