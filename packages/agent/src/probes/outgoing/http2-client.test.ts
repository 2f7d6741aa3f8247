import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { selfSignedCa } from '@holdup/testkit';
import * as undici from 'undici';
import { accountsOf, assertAbout, assertWhole } from '../testing/bounds.ts';
import { outgoingKit, type TestScope } from '../testing/outgoing.ts';

async function serve(test: TestScope): Promise<{ origin: string; ca: string }> {
  const authority = await selfSignedCa();
  const server = http2.createSecureServer(await authority.issue('localhost'), async (_request, response) => {
    await pause(100);
    response.write('first');
    await pause(100);
    response.end('last');
  });
  server.listen(0, '127.0.0.1');
  test.after(() => server.close());
  await once(server, 'listening');
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, ca: authority.cert };
}

describe('http2.connect', () => {
  it('has the phases of its connection in the first call, none in the second', async (t) => {
    const kit = outgoingKit(t);
    const { origin, ca } = await serve(t);
    const recorded = await kit.record(async () => {
      const session = http2.connect(origin, { ca });
      const call = () => once(session.request({ ':path': '/orders/17?token=secret' }).resume(), 'close');
      await call();
      await call();
      session.close();
    });
    const [first, second, ...more] = recorded.opsOf('http-client');
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual([more.length, recorded.ops.length], [0, 2]);
    for (const op of [first, second]) {
      assertWhole(recorded, op);
      assert.deepEqual([op.name, op.detail.library, op.detail.status], [`GET ${origin}/orders/:id`, 'node:http2', 200]);
      assertAbout(recorded.ms(op)['http.first-byte'], 100, 'the first byte');
      assertAbout(recorded.ms(op)['http.body'], 100, 'the body');
    }
    assert.deepEqual(
      ['dns', 'tcp', 'tls'].map((account) => [
        accountsOf(first).includes(account),
        accountsOf(second).includes(account),
      ]),
      new Array(3).fill([true, false]),
    );
    assert.deepEqual([first.detail.socket?.reused, second.detail.socket?.reused], [false, true]);
  });

  it('keeps a cancelled stream as aborted', async (t) => {
    const kit = outgoingKit(t);
    const { origin, ca } = await serve(t);
    const recorded = await kit.record(async () => {
      const session = http2.connect(origin, { ca });
      const stream = session.request({ ':path': '/' });
      await pause(40);
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await once(stream, 'close');
      session.close();
    });
    assert.deepEqual(recorded.op('http-client').failure?.aborted, true);
  });

  it('is not recorded again under undici', async (t) => {
    const kit = outgoingKit(t);
    const { origin, ca } = await serve(t);
    const dispatcher = new undici.Agent({ allowH2: true, connect: { ca } });
    t.after(() => dispatcher.destroy());
    const recorded = await kit.record(async () => (await undici.request(origin, { dispatcher })).body.text());
    assert.deepEqual([recorded.op('http-client').detail.library, recorded.ops.length], ['undici', 1]);
  });
});
