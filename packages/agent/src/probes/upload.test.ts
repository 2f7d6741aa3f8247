import assert from 'node:assert/strict';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, toNs } from '../clock.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { httpServerProbe } from './http-server.ts';
import { outgoingProbe } from './outgoing/outgoing.ts';
import { assertAbout } from './testing/bounds.ts';
import { type Recorded, TestKit } from './testing/kit.ts';

class ServerKit extends TestKit {
  readonly begun: RequestRecord[] = [];

  override setDeadline(request?: RequestRecord): void {
    if (request !== undefined) this.begun.push(request);
  }

  get last(): Recorded {
    const record = this.begun.at(-1);
    if (record === undefined) throw new Error('no request began');
    return this.cut(record);
  }
}

function serverKit(t: TestContext): ServerKit {
  const kit = new ServerKit();
  kit.install((done) => t.after(done), httpServerProbe, outgoingProbe);
  t.after(() => assert.deepEqual(kit.failures, []));
  return kit;
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends pieces with pauses of so many ms before each, as a slow caller does. */
async function send(url: string, pieces: readonly (readonly [pauseMs: number, text: string])[]): Promise<string> {
  const request = http.request(url, { method: 'POST' });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  request.flushHeaders();
  for (const [pause, piece] of pieces) {
    await sleep(pause);
    request.write(piece);
  }
  request.end();
  return text(await answered);
}

/** On a busy machine the handler may be late to look for the next piece: two waits, ms. */
function waited(ops: readonly { readonly start: number; readonly end?: number }[]): number {
  return ops.reduce((sum, { start, end = start }) => sum + end - start, 0) / 1e6;
}

describe('the body of a request', () => {
  it('is waited for from the start to its last byte', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => {
      response.end(JSON.stringify(await json(request)));
    });
    assert.equal(
      await send(url, [
        [60, '{"a":'],
        [120, '1}'],
      ]),
      '{"a":1}',
    );
    const ops = kit.last.opsOf('upload');
    assertAbout(waited(ops), 180, 'the upload');
    assert.equal(ops[0]?.detail.bytes, 7);
    assertAbout((ops[0]?.detail.longestGap ?? 0) / 1e6, 120, 'the longest gap');
  });

  it('is still waited for while it is on its way', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => response.end(await text(request)));
    const done = send(url, [
      [5, 'one'],
      [150, 'two'],
    ]);
    await sleep(100);
    const op = kit.last.opsOf('upload').at(-1);
    assert.deepEqual([op?.end, op?.detail.bytes], [undefined, 3]);
    await done;
  });

  it('is nothing to wait for as long as the handler does something else', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => {
      await sleep(150);
      response.end(await text(request));
    });
    await send(url, [
      [5, 'one'],
      [30, 'two'],
    ]);
    assert.deepEqual(kit.last.opsOf('upload'), []);
  });

  it('is nothing to wait for while its buffer is full: the caller waits for the handler', async (t) => {
    const kit = serverKit(t);
    let readFrom = Number.POSITIVE_INFINITY;
    const url = await serve(t, async (request, response) => {
      await sleep(200);
      readFrom = toNs(now());
      response.end(String((await text(request)).length));
    });
    assert.equal(await send(url, [[1, 'x'.repeat(3_000_000)]]), '3000000');
    for (const { start } of kit.last.opsOf('upload')) assert.ok(start >= readFrom, `${readFrom - start} ns too early`);
  });

  it('is waited for between large pieces, each of which fills the buffer of a handler that reads at once', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => {
      for await (const _piece of request);
      response.end();
    });
    const piece = 'x'.repeat(64 * 1024);
    const pieces = [0, 1, 2, 3].map(() => [50, piece] as const);
    await send(url, pieces);
    assertAbout(waited(kit.last.opsOf('upload')), 200, 'the upload');
  });

  // caller    |-a-b-c-end
  // handler   [a: own call, 80 ms][b: own call][c: own call]
  it('is nothing to wait for while a loop over its pieces waits for something of its own', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => {
      for await (const _piece of request) await sleep(80);
      response.end();
    });
    await send(url, [
      [1, 'a'],
      [30, 'b'],
      [60, 'c'],
    ]);
    const ms = waited(kit.last.opsOf('upload'));
    assert.ok(ms < 40, `waited ${ms} ms`);
  });

  it('is nothing to wait for while such a loop is in its own call, and the body is not all here', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, async (request, response) => {
      for await (const _piece of request) await sleep(200);
      response.end();
    });
    const done = send(url, [
      [1, 'a'],
      [400, 'b'],
    ]);
    await sleep(150);
    assert.deepEqual(
      kit.last.opsOf('upload').filter(({ end }) => end === undefined),
      [],
    );
    await done;
    // Asked for again after 200 ms, it came 200 ms later.
    const [wait] = kit.last.opsOf('upload').toSorted((a, b) => b.start - a.start);
    assertAbout(((wait?.end ?? 0) - (wait?.start ?? 0)) / 1e6, 200, 'the wait between two calls');
  });

  it('is nothing to wait for when nobody reads it, and when there is none', async (t) => {
    const kit = serverKit(t);
    const url = await serve(t, (_request, response) => setTimeout(() => response.end('no'), 60));
    await send(url, [[20, 'one']]);
    assert.deepEqual(kit.last.opsOf('upload'), []);
    await text(await new Promise<http.IncomingMessage>((resolve) => http.get(url, resolve)));
    assert.deepEqual(kit.last.opsOf('upload'), []);
  });
});
