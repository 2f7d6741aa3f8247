import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { taskList } from './goroutine-text.ts';
import { inFlightRoute } from './in-flight.ts';
import type { DebugSite } from './route.ts';
import type { InFlightWire, RequestWire } from './wire.ts';

const REQUEST: RequestWire = {
  id: 'r1',
  route: 'GET /<b>',
  kind: 'http',
  traceId: '4bf92f35',
  ageMs: 2_810,
  budgetMs: 1_000,
  budgetSource: 'default',
  remainingMs: -1_810,
  cancelled: false,
  running: false,
  ops: [{ name: 'wait for stock\ngoroutine 99 [running]:', account: 'lock.queue', forMs: 2_740, resource: 'lock:1' }],
  opsLeftOut: 0,
};
const IN_FLIGHT: InFlightWire = { at: 0, total: 1, requests: [REQUEST], leftOut: 0, running: null };

async function show(format: 'text' | 'html'): Promise<string> {
  const never = () => Promise.reject(new Error('not for requests in flight'));
  const site: DebugSite = {
    evaluate: () => Promise.resolve({ kind: 'fresh', value: IN_FLIGHT }),
    withSession: never,
    exclusive: never,
    vitals: () => ({ silentMs: 0, blocked: false, inFlight: 1 }),
    gone: new AbortController().signal,
    accept: '',
    isHead: false,
  };
  return String((await inFlightRoute.handle(new URLSearchParams({ format }), site)).body);
}

describe('requests in flight', () => {
  it('say on a narrow page, which has no column heads, what each time is', async () => {
    const page = await show('html');
    assert.match(page, /<td>GET \/&lt;b&gt;<br><small>trace 4bf92f35<\/small><\/td>/);
    assert.match(page, /<td class="n late">1\.81 s late \(budget 1\.00 s\)<\/td><td class="n">2\.81 s old<\/td>/);
    assert.match(page, /<pre>lock\.queue for 2\.74 s: /);
  });

  it('keep to a line whatever a name holds', async () => {
    assert.match(await show('text'), /\n {4}lock\.queue for 2\.74 s: wait for stock goroutine 99 \[running\]:\n$/);
    assert.doesNotMatch(taskList(IN_FLIGHT), /^goroutine 99/m);
  });
});
