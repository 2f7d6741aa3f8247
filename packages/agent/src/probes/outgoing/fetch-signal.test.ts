import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outgoingKit } from '../testing/outgoing.ts';
import { serveHttp } from '../testing/servers.ts';

// Not in undici.test.ts: with an undici from npm in the process, fetch goes through that one's dispatcher.
describe('what ends a fetch', () => {
  it('is its signal, nothing at all, or something that is not known', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end('x'));
    const url = `http://127.0.0.1:${port}/`;
    const boundsOf = async (input: string | Request, init?: RequestInit) => {
      const recorded = await kit.record(async () => (await fetch(input, init)).text());
      const { timeoutMs, unbounded } = recorded.op('http-client').detail;
      return [timeoutMs, unbounded];
    };
    assert.deepEqual(await boundsOf(url), [undefined, true]);
    assert.deepEqual(await boundsOf(url, { signal: AbortSignal.timeout(5_000) }), [5_000, undefined]);
    assert.deepEqual(await boundsOf(url, { signal: new AbortController().signal }), [undefined, undefined]);
    assert.deepEqual(await boundsOf(new Request(url)), [undefined, undefined]);
  });
});
